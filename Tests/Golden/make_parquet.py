"""Writes Tests/LimbeckDataTests/Fixtures: small Parquet files, and their values as PyArrow reads them.

    pip install pyarrow pandas polars duckdb fastparquet
    python make_parquet.py

golden.json holds `tables`, and for each of `files` the table that must come out; `refused` files
are sound and must be refused with the words beside them. The pandas files have a CSV each with
the same content.
"""

import datetime as dt
import decimal
import json
import os
import random

import duckdb
import numpy as np
import pandas as pd
import polars
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "LimbeckDataTests", "Fixtures")
ROWS = 150
random.seed(7)
rng = np.random.default_rng(7)

tables, files, refused = [], {}, {}


def column(name, values, kind, nulls):
    """Nulls in some rows, the first and the last among them, or in none."""
    values = list(values)
    if nulls:
        values = [None if i in (0, ROWS - 1) or random.random() < 0.2 else v for i, v in enumerate(values)]
    return pa.field(name, kind, nullable=nulls), pa.array(values, kind)


def mixed(nulls):
    n = ROWS
    start = dt.datetime(2024, 3, 31)
    moments = [start + dt.timedelta(hours=i) for i in range(n)]
    old = [dt.datetime(1969, 12, 31, 23, 59, 59, 999000) + dt.timedelta(days=i * i) for i in range(n)]
    words = ["", "a", "Queen Street", "Straße 7", "日本橋", "x" * 40]
    columns = [
        column("flag", (bool(x) for x in rng.integers(0, 2, n)), pa.bool_(), nulls),
        column("small", map(int, rng.integers(-128, 128, n)), pa.int8(), nulls),
        column("whole", map(int, rng.integers(-2**31, 2**31, n)), pa.int32(), nulls),
        column("unsigned", map(int, rng.integers(0, 2**32, n)), pa.uint32(), nulls),
        column("large", [2**63 - 1, -2**63, 0, -1] + [int(x) for x in rng.integers(-2**62, 2**62, n - 4)],
               pa.int64(), nulls),
        column("count", range(10**12, 10**12 + n), pa.uint64(), nulls),
        column("single", rng.normal(0, 1e3, n).astype("f4").tolist(), pa.float32(), nulls),
        column("double", rng.normal(0, 1e-3, n).tolist(), pa.float64(), nulls),
        column("level", rng.integers(0, 9, n).astype("f8").tolist(), pa.float64(), nulls),
        column("text", (random.choice(words) for _ in range(n)), pa.string(), nulls),
        column("path", (f"road/{i // 7}/detector/{i}" for i in range(n)), pa.string(), nulls),
        column("fixed", (f"{i % 37:04}".encode() for i in range(n)), pa.binary(4), nulls),
        column("milli", old, pa.timestamp("ms"), nulls),
        column("micro", moments, pa.timestamp("us", tz="UTC"), nulls),
        column("nano", moments, pa.timestamp("ns"), nulls),
        column("day", (start.date() - dt.timedelta(days=400 * i) for i in range(n)), pa.date32(), nulls),
        column("money", (decimal.Decimal(int(x)).scaleb(-2) for x in rng.integers(-10**9, 10**9, n)),
               pa.decimal128(12, 2), nulls),
        column("half", rng.normal(0, 1, n).astype("f2"), pa.float16(), nulls),
    ]
    return pa.table([c[1] for c in columns], schema=pa.schema([c[0] for c in columns]))


def runs():
    """Long runs of values and nulls, many distinct texts, differences of every width."""
    n = 1200
    steps = [0] * 300 + [1] * 300 + [int(2 ** (i % 63)) * random.choice([1, -1]) for i in range(600)]
    whole = np.cumsum(np.array(steps, dtype="i8")).tolist()
    return pa.table({
        "constant": pa.array([7] * n, pa.int32()),
        "stretch": pa.array([None if 200 <= i < 900 else i // 100 for i in range(n)], pa.int32()),
        "steps": pa.array(whole, pa.int64()),
        "many": pa.array([f"detector {i * 7919 % 400}" for i in range(n)]),
        "levels": pa.array(rng.integers(0, 150, n).astype("f8") / 4),
        "none": pa.array([None] * n, pa.float64()),
        "empty": pa.nulls(n),
    })


PER_SECOND = {"s": 1, "ms": 1000, "us": 10**6, "ns": 10**9}


def expected(table, int96=()):
    """Columns as JSON: kind, and values with null where there is none."""
    result = []
    for field in table.schema:
        values, kind, more = table[field.name], field.type, {}
        if pa.types.is_dictionary(kind):
            values = pc.cast(values, kind.value_type)
            kind = kind.value_type
        if pa.types.is_boolean(kind):
            key, found = "booleans", values.to_pylist()
        elif pa.types.is_integer(kind) or pa.types.is_null(kind):
            key, found = "integers", values.to_pylist()
        elif pa.types.is_float16(kind) or pa.types.is_float32(kind):
            key, found = "floats", [None if v is None else float(v) for v in values.to_pylist()]
        elif pa.types.is_float64(kind) or pa.types.is_decimal(kind):
            key, found = "doubles", [None if v is None else float(v) for v in values.to_pylist()]
        elif pa.types.is_date32(kind):
            days = pc.cast(values, pa.int32()).to_pylist()
            key, found = "moments", [None if v is None else v * 86400 for v in days]
            more = {"perSecond": 1, "isUTC": False}
        elif pa.types.is_timestamp(kind):
            counts = pc.cast(values, pa.int64()).to_pylist()
            more = {"perSecond": PER_SECOND[kind.unit], "isUTC": kind.tz is not None}
            if field.name in int96:
                counts = [None if v is None else v // 1000 for v in counts]
                more = {"perSecond": 10**6, "isUTC": True}
            key, found = "moments", counts
        else:
            texts = values.to_pylist()
            key = "texts"
            found = [v.decode() if isinstance(v, bytes) else v for v in texts]
        result.append({"name": field.name, "kind": key, key: found, **more})
    return result


def expect(name, int96=(), drop=(), table=None):
    table = pq.read_table(os.path.join(FOLDER, name)).drop(list(drop)) if table is None else table
    found = expected(table, int96)
    if found not in tables:
        tables.append(found)
    files[name] = tables.index(found)


def write(name, table, int96=(), drop=(), **options):
    options = {"compression": "none", "use_dictionary": False, "store_schema": False, **options}
    pq.write_table(table, os.path.join(FOLDER, name), **options)
    expect(name, int96, drop)


os.makedirs(FOLDER, exist_ok=True)
some, every = mixed(nulls=True), mixed(nulls=False)
delta = {
    **{c: "DELTA_BINARY_PACKED" for c in ["small", "whole", "unsigned", "large", "count", "milli", "micro", "nano", "day"]},
    **{c: "BYTE_STREAM_SPLIT" for c in ["single", "double", "level", "half"]},
    "flag": "RLE", "text": "DELTA_LENGTH_BYTE_ARRAY", "path": "DELTA_BYTE_ARRAY", "fixed": "DELTA_BYTE_ARRAY",
    "money": "BYTE_STREAM_SPLIT",
}
split = {
    **{c: "BYTE_STREAM_SPLIT" for c in ["whole", "unsigned", "large", "count", "milli", "micro", "nano", "fixed", "half"]},
    "text": "DELTA_BYTE_ARRAY", "path": "DELTA_LENGTH_BYTE_ARRAY",
}
pages = {"data_page_size": 64, "write_batch_size": 16}

write("plain-none-v1-every.parquet", every)
write("plain-snappy-v1-some.parquet", some, compression="snappy", row_group_size=60)
write("plain-gzip-v2-some.parquet", some, compression="gzip", data_page_version="2.0", **pages)
write("dictionary-none-v2-every.parquet", every, use_dictionary=True, data_page_version="2.0")
write("dictionary-snappy-v1-some.parquet", some, use_dictionary=True, compression="snappy", row_group_size=60, **pages)
write("dictionary-gzip-v2-some.parquet", some, use_dictionary=True, compression="gzip", data_page_version="2.0",
      row_group_size=100)
write("dictionary-then-plain.parquet", some, use_dictionary=True, compression="snappy",
      dictionary_pagesize_limit=128, **pages)
write("delta-none-v2-some.parquet", some, column_encoding=delta, data_page_version="2.0")
write("delta-gzip-v1-every.parquet", every, column_encoding=delta, compression="gzip")
write("delta-snappy-v2-some.parquet", some, column_encoding=delta, compression="snappy", data_page_version="2.0",
      row_group_size=140, **pages)
write("split-snappy-v1-some.parquet", some, column_encoding=split, compression="snappy")
write("checksum-v1.parquet", some.select(["double", "text"]), write_page_checksum=True, compression="snappy")
write("checksum-v2.parquet", some.select(["double", "text"]), write_page_checksum=True, data_page_version="2.0",
      use_dictionary=True, compression="gzip")
write("decimal-as-integer.parquet", pa.table({
    "cents": some["money"], "short": pc.cast(some["money"], pa.decimal128(15, 3)),
    "tiny": pa.array([None if i % 5 == 0 else decimal.Decimal(i - 70).scaleb(-1) for i in range(ROWS)],
                     pa.decimal128(4, 1))}), store_decimal_as_integer=True)
write("int96.parquet", some.select(["nano", "whole"]), int96=["nano"], use_deprecated_int96_timestamps=True,
      compression="snappy", use_dictionary=True)
write("legacy.parquet", some.select(["milli", "text", "small", "unsigned"]), version="1.0")
write("no-rows.parquet", some.slice(0, 0))

long = runs()
write("runs-plain.parquet", long, compression="snappy")
write("runs-dictionary.parquet", long, use_dictionary=True, compression="snappy", data_page_size=256,
      write_batch_size=64)
write("runs-delta.parquet", long, column_encoding={
    "constant": "DELTA_BINARY_PACKED", "stretch": "DELTA_BINARY_PACKED", "steps": "DELTA_BINARY_PACKED",
    "many": "DELTA_BYTE_ARRAY"}, data_page_version="2.0", compression="gzip")

# Lists and structures stand beside columns that are read.
nested = pa.table({
    "before": pa.array([1, 2, None], pa.int64()),
    "list": pa.array([[1, 2], [], None]),
    "pair": pa.array([{"x": 1, "y": [2.0]}, None, {"x": 3, "y": None}]),
    "map": pa.array([[("a", 1)], [], None], pa.map_(pa.string(), pa.int32())),
    "after": pa.array(["x", None, "z"]),
})
write("nested.parquet", nested, drop=["list", "pair", "map"])

# Other writers.
frame = some.drop(["half", "unsigned", "count", "fixed"])
duckdb.sql("SET threads = 1")
path = os.path.join(FOLDER, "duckdb-v1.parquet")
duckdb.sql(f"COPY (SELECT * FROM frame) TO '{path}' (FORMAT parquet, CODEC 'snappy')")
expect("duckdb-v1.parquet")
path = os.path.join(FOLDER, "duckdb-v2.parquet")
duckdb.sql(f"COPY (SELECT * FROM frame) TO '{path}' (FORMAT parquet, CODEC 'gzip', PARQUET_VERSION V2)")
# DuckDB's differences of 32-bit numbers have 33 bits, which PyArrow does not read.
found = pq.read_table(path, columns=[name for name in frame.column_names if name != "whole"])
whole = duckdb.sql(f"SELECT whole FROM '{path}'").to_arrow_table()["whole"]
expect("duckdb-v2.parquet", table=found.add_column(frame.column_names.index("whole"), "whole", whole))
# Polars has no doubt about decimals of any width.
polars.from_arrow(some.drop(["half", "fixed"])).write_parquet(
    os.path.join(FOLDER, "polars.parquet"), compression="snappy", row_group_size=64)
expect("polars.parquet")
flat = some.select(["flag", "small", "whole", "single", "double", "level", "text", "path", "nano"]).to_pandas()
flat["kind"] = pd.Categorical(["b", "a", "b"] * (ROWS // 3), categories=["z", "a", "b"])
flat["flag"] = flat["flag"].astype("boolean")
flat.to_parquet(os.path.join(FOLDER, "fastparquet.parquet"), engine="fastparquet", compression="gzip", index=False,
                row_group_offsets=60)
expect("fastparquet.parquet")

# Sound, and not read.
tiny = pa.table({"value": pa.array([1.0, 2.0])})
for codec, shown in [("zstd", "ZSTD"), ("lz4", "LZ4"), ("brotli", "Brotli")]:
    pq.write_table(tiny, os.path.join(FOLDER, f"refused-{codec}.parquet"), compression=codec, store_schema=False)
    refused[f"refused-{codec}.parquet"] = {
        "value": f"is compressed with {shown}, which is not read; rewrite the file: "
                 "df.to_parquet(path, compression=\"snappy\")"}
wide = pa.table({
    "digits": pa.array([decimal.Decimal(1)], pa.decimal128(38, 10)),
    "clock": pa.array([dt.time(1, 2)], pa.time64("us")),
    "bytes": pa.array([b"\xff\xfe"], pa.binary()),
    "list": pa.array([[1]]),
    "top": pa.array([2**64 - 1], pa.uint64()),
})
pq.write_table(wide, os.path.join(FOLDER, "refused-types.parquet"), store_schema=False)
refused["refused-types.parquet"] = {
    "digits": "is decimal(38, 10), more digits than the 15 that a double holds; cast it to float64",
    "clock": "is a time of day", "bytes": "holds bytes that are no text", "list": "is nested",
    "top": "holds a number of 2⁶³ or more",
}

# What people write with pandas, and the same as CSV.
hours = pd.date_range("2024-01-01T00:00", periods=30, freq="h")
counts = pd.DataFrame(rng.integers(0, 500, (30, 3)).astype("f8"), columns=["north", "south", "east"], index=hours)
counts.iloc[3, 1] = np.nan
counts = pd.concat([counts.drop(hours[[10, 11]]), counts.iloc[[5]] + 1]).iloc[[1, 0, *range(2, 29)]]
counts.to_parquet(os.path.join(FOLDER, "wide.parquet"))
counts.to_csv(os.path.join(FOLDER, "wide.csv"), index_label="time", date_format="%Y-%m-%dT%H:%M")

rows = counts.rename_axis("time").reset_index().melt("time", var_name="station", value_name="flow")
rows["speed"] = rng.normal(60, 5, len(rows)).round(3).astype("f4")
rows["lat"] = rows["station"].map({"north": 48.21, "south": 48.17, "east": 48.2})
rows["lon"] = rows["station"].map({"north": 16.37, "south": 16.38, "east": 16.41})
rows.loc[40, "lat"] = 48.5
rows["note"] = "ok"
rows["station"] = pd.Categorical(rows["station"], categories=["unused", "east", "north", "south"])
rows["time"] = rows["time"].dt.tz_localize("UTC")
rows.to_parquet(os.path.join(FOLDER, "long.parquet"), row_group_size=40)
rows.to_csv(os.path.join(FOLDER, "long.csv"), index=False, date_format="%Y-%m-%dT%H:%MZ")

origins = pd.date_range("2024-01-01T03:00", periods=4, freq="h")
forecasts = pd.DataFrame(
    [(o, s, p, 100 * i + 10 * s + (p == "b")) for i, o in enumerate(origins) for s in (1, 2, 3) for p in ("b", "a")],
    columns=["origin", "step", "place", "value"]).sample(frac=1, random_state=1)
forecasts["value"] = forecasts["value"].astype("f4")
for name, origin in [
    ("moments", forecasts["origin"]), ("utc", forecasts["origin"].dt.tz_localize("UTC")),
    ("texts", forecasts["origin"].dt.strftime("%Y-%m-%dT%H:%M")),
    ("seconds", forecasts["origin"].astype("datetime64[s]").astype("int64")),
]:
    forecasts.assign(origin=origin).to_parquet(os.path.join(FOLDER, f"forecasts-{name}.parquet"), index=False)

# What is easily misread: numbers as times, an hour beside a date, a parameter that is not read, a meter.
days = [f"2024-01-{day:02d}" for day in range(1, 10)]
for name, frame in {
    "excel": pd.DataFrame({"time": range(45292, 45301), "a": range(9)}),
    "nanoseconds": pd.DataFrame({"time": [(1_704_067_200 + 3600 * i) * 10**9 for i in range(9)], "a": range(9)}),
    "hours": pd.DataFrame([(d, h, 100 * i + h) for i, d in enumerate(days[:4]) for h in range(24)],
                          columns=["Date", "Hour", "Load"]),
    "parameters": pd.DataFrame(
        [(d, l, p, i + (10 if p == "pm25" else 0.5)) for i, d in enumerate(days) for l in "ab" for p in ("o3", "pm25")],
        columns=["time", "location", "parameter", "value"]),
    "meter": pd.DataFrame({"time": days, "meter": [123_456_789 + i for i in range(9)]}),
    "hertz": pd.DataFrame({"time": pd.date_range("2024-01-01", periods=9, freq="200ms"), "a": range(9)}),
}.items():
    frame.to_parquet(os.path.join(FOLDER, f"misread-{name}.parquet"), index=False)

with open(os.path.join(FOLDER, "golden.json"), "w") as file:
    json.dump({"tables": tables, "files": files, "refused": refused}, file, separators=(",", ":"))
