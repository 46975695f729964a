"""Every baseline beside its twin in NumPy and scikit-learn, on real data.

Limbeck and the twin read the same CSV; the twin shares no code and no number with it: it splits, fills, averages, fits and
scores by itself. Rows that differ by more than one percent fail.

    python baselines.py --data DIR [--limbeck .build/release/limbeck] [--out results/baselines.json]
"""

import argparse
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import time

import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler

from usual import profile

HISTORY, HORIZON, TRAIN, VALIDATION = 24, 12, 0.7, 0.1


def table(path, time=None, start=None, step=None, missing=()):
    frame = pd.read_csv(path)
    if start is not None:
        frame.index = pd.date_range(start, periods=len(frame), freq=step)
    else:
        column = time or frame.columns[0]
        frame.index = pd.to_datetime(frame.pop(column))
    frame = frame.apply(pd.to_numeric, errors="coerce")
    for value in missing:
        frame = frame.mask(frame == value)
    return frame.asfreq(step) if step else frame


def irish(data):
    frame = pd.read_csv(data / "extra_irish_wind/wind.csv.gz")
    frame.index = pd.to_datetime(dict(year=1900 + frame.pop("year"), month=frame.pop("month"), day=frame.pop("day")))
    return frame


SETS = {
    "auckland_ped": lambda data: table(data / "auckland_ped/auckland_demo_2024_2025.csv.gz", step="h"),
    "los_loop": lambda data: table(data / "los_loop/los_speed.csv.gz", start="2012-03-01", step="5min"),
    "metr_la_29": lambda data: table(data / "metr_la_29/metr_la_29.csv.xz", step="5min", missing=[0]),
    "pems_bay_67, 4 weeks": lambda data: table(data / "pems_bay_67/pems_bay_67_4weeks.csv.gz", step="5min"),
    "extra_irish_wind": irish,
    "extra_sz_taxi_40": lambda data: table(data / "extra_sz_taxi_40/sz_speed_40.csv.xz", step="15min"),
    "noaa Tmax + 1000": lambda data: table(data / "noaa_us_1990/Tmax.csv.xz", step="D") + 1000,
    "extra_irish_wind + 1000": lambda data: irish(data) + 1000,
}


def twin(frame):
    """MAE of each baseline over the test part, from the definitions alone."""
    values = frame.to_numpy(np.float64)
    observed = ~np.isnan(values)
    count, places = values.shape
    first, second = int(count * TRAIN + 1e-9), int(count * (TRAIN + VALIDATION) + 1e-9)
    mean = np.array([np.nanmean(values[:first, p]) if observed[:first, p].any() else np.nan for p in range(places)])
    mean = np.where(np.isnan(mean), np.nanmean(mean), mean)
    filled = pd.DataFrame(values).ffill().fillna(pd.Series(mean)).to_numpy()
    plain, training, kappa = profile(values, observed, frame.index, first, HISTORY, HORIZON)

    train = np.arange(HISTORY, first - HORIZON + 1)
    test = np.arange(max(second, HISTORY), count - HORIZON + 1)

    def rows(origins, ahead, usual):
        lags = [filled[origins - HISTORY + lag] for lag in range(HISTORY)]
        past = [usual[origins - HISTORY + lag] for lag in range(HISTORY)]
        x = np.stack(lags + past + [usual[origins + ahead]], axis=-1)
        return x.reshape(-1, x.shape[-1]), values[origins + ahead].ravel(), observed[origins + ahead].ravel()

    errors = {"persistence": [], "historicalAverage": [], "ridge": []}
    for ahead in range(HORIZON):
        truth, seen = values[test + ahead], observed[test + ahead]
        errors["persistence"].append(np.abs(filled[test - 1] - truth)[seen])
        errors["historicalAverage"].append(np.abs(plain[test + ahead] - truth)[seen])
        x, y, known = rows(train, ahead, training)
        scaler = StandardScaler().fit(x[known])
        model = Ridge(alpha=1.0).fit(scaler.transform(x[known]), y[known])
        x, y, known = rows(test, ahead, plain)
        errors["ridge"].append(np.abs(model.predict(scaler.transform(x)) - y)[known])
    return {name: float(np.concatenate(parts).mean()) for name, parts in errors.items()}, kappa


def limbeck(binary, frame, folder):
    path = pathlib.Path(folder) / "data.csv"
    frame.to_csv(path, index_label="time", date_format="%Y-%m-%dT%H:%M", float_format="%.9g")
    recipe = pathlib.Path(folder) / "recipe.yaml"
    recipe.write_text(
        f"name: baselines\ndata: {{ path: {path} }}\n"
        f"task: {{ history: {HISTORY}, horizon: {HORIZON}, train: {TRAIN}, validation: {VALIDATION} }}\n"
        "teacher: { model: linear, epochs: 1, batch: 512 }\n"
    )
    run = pathlib.Path(folder) / "run"
    subprocess.run([binary, "train", str(recipe), "--run-dir", str(run), "--quiet"], check=True, stdout=subprocess.DEVNULL)
    scores = json.loads((run / "scores.json").read_text())
    return {
        s["role"]: s["value"]
        for s in scores
        if s["metric"] == "mae" and s["split"] == "test" and s["horizon"] in ("average", "avg")
    }


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", default=os.environ.get("LIMBECK_DATA"))
    parser.add_argument("--limbeck", default=".build/release/limbeck")
    parser.add_argument("--out", default="Benchmarks/results/baselines.json")
    options = parser.parse_args()
    if not options.data:
        sys.exit("baselines.py: where is the data? Give --data DIR or set LIMBECK_DATA.")
    data, rows, failed = pathlib.Path(options.data), [], 0
    print(f"{'set':26}{'baseline':20}{'Limbeck':>12}{'twin':>12}{'differs':>10}")
    for name, read in SETS.items():
        frame = read(data)
        with tempfile.TemporaryDirectory() as folder:
            begin = time.time()
            ours = limbeck(options.limbeck, frame, folder)
            middle = time.time()
            theirs, kappa = twin(frame)
            print(f"# {name}: {middle - begin:.1f} s here, {time.time() - middle:.1f} s the twin; κ {kappa}", file=sys.stderr)
        for baseline, value in theirs.items():
            difference = 100 * (ours[baseline] / value - 1)
            failed += abs(difference) > 1
            rows.append(dict(set=name, baseline=baseline, limbeck=ours[baseline], twin=value, percent=difference))
            print(f"{name:26}{baseline:20}{ours[baseline]:12.4f}{value:12.4f}{difference:9.3f} %")
    pathlib.Path(options.out).write_text(json.dumps(dict(processor=processor(), rows=rows), indent=1) + "\n")
    if failed:
        sys.exit(f"baselines.py: {failed} rows differ by more than 1 %.")


if __name__ == "__main__":
    main()
