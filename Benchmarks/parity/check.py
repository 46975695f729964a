"""Runs the students that parity-bench wrote in other runtimes and compares their forecasts with ours.

    python Benchmarks/parity/check.py DIR

A door is one function: from a student's folder and its cases to forecasts. The largest difference
over all cases is taken relative to the range of our forecasts; above LIMIT the check fails. Writes
results/parity.json and the matrix of Documentation/Doors.md.
"""
import ctypes
import json
import pathlib
import subprocess
import sys

import numpy as np

LIMIT = 1e-4
HERE = pathlib.Path(__file__).resolve().parent.parent
PAGE = HERE.parent / "Documentation/Doors.md"
BEGIN, END = "<!-- parity: begin -->\n", "<!-- parity: end -->"


def onnx_runtime(folder, cases):
    """The checked .onnx file in ONNX Runtime, on one thread."""
    import onnx
    import onnxruntime

    path = str(folder / "student.onnx")
    onnx.checker.check_model(onnx.load(path), full_check=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return [
        session.run(None, {"readings": case["readings"], "origin": np.array([case["origin"]], np.int64)})[0]
        for case in cases
    ]


def core_ml(folder, cases):
    """The Core ML package as coremltools reads it, computed in NumPy: Core ML itself runs on Apple's systems."""
    import mil

    return mil.core_ml(folder, cases)


def litert(folder, cases, kernels=None):
    """The .tflite file in LiteRT's interpreter, by the names of its signature, on one thread."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    chosen = {} if kernels is None else {"experimental_op_resolver_type": OpResolverType[kernels]}
    runner = Interpreter(str(folder / "student.tflite"), num_threads=1, **chosen).get_signature_runner()
    return [
        runner(readings=case["readings"], origin=np.array(divmod(case["origin"], 86_400), np.int32))["forecast"]
        for case in cases
    ]


def litert_plain(folder, cases):
    """The same without XNNPACK, as where LiteRT is built small."""
    return litert(folder, cases, "BUILTIN_WITHOUT_DEFAULT_DELEGATES")


SHIM = """#include "student.h"
int run(const float *readings, int64_t origin, float *forecast) {
    static student_state state;
    return student_predict(&state, readings, origin, forecast);
}
"""


def c_source(folder, cases):
    """The C source, compiled as C99 without a warning."""
    (folder / "shim.c").write_text(SHIM)
    library = folder / "student.so"
    strict = "-std=c99 -Wall -Wextra -Werror -pedantic -Os -shared -fPIC".split()
    files = [str(folder / "student.c"), str(folder / "shim.c"), "-o", str(library), "-lm"]
    subprocess.run(["gcc", *strict, *files], check=True)
    run = ctypes.CDLL(str(library)).run
    pointer = np.ctypeslib.ndpointer(np.float32, flags="C")
    run.argtypes = [pointer, ctypes.c_int64, pointer]
    forecasts = [np.empty_like(case["forecast"]) for case in cases]
    for case, forecast in zip(cases, forecasts):
        run(np.ascontiguousarray(case["readings"]), case["origin"], forecast)
    return forecasts


def version(package):
    from importlib.metadata import version
    return version(package)


DOORS = {
    f"ONNX Runtime {version('onnxruntime')}": onnx_runtime,
    "C99, gcc": c_source,
    f"Core ML, by coremltools {version('coremltools')}": core_ml,
    f"LiteRT {version('ai-edge-litert')}": litert,
    "LiteRT, no XNNPACK": litert_plain,
}


def read(folder):
    """The cases of a student, as arrays; missing readings are NaN."""
    file = json.loads((folder / "cases.json").read_text())
    for case in file["cases"]:
        readings = [np.nan if value is None else value for value in case["readings"]]
        case["readings"] = np.array(readings, np.float32).reshape(file["window"])
        case["forecast"] = np.array(case["forecast"], np.float32).reshape(file["forecast"])
    return file["cases"]


def difference(ours, theirs):
    """Largest difference over the range of ours; infinite where shapes or missing values differ."""
    if any(a.shape != b.shape for a, b in zip(ours, theirs)) or len(ours) != len(theirs):
        return float("inf")
    ours, theirs = np.stack(ours).astype(np.float64), np.stack(theirs).astype(np.float64)
    scale = np.ptp(ours)
    worst = np.abs(ours - theirs).max()
    return float(worst / scale) if np.isfinite(worst) and scale > 0 else float("inf")


def main(folder):
    rows, failed = [], []
    for place in sorted(path.parent for path in pathlib.Path(folder).glob("*/cases.json")):
        cases = read(place)
        row = {"student": place.name, "windows": len(cases), "doors": {}}
        for name, door in DOORS.items():
            row["doors"][name] = difference([case["forecast"] for case in cases], door(place, cases))
            if not row["doors"][name] <= LIMIT:
                failed.append(f"{place.name}: {name} differs by {row['doors'][name]:.1e}, more than {LIMIT:.0e}")
        rows.append(row)
        print(place.name, *(f"{value:.1e}" for value in row["doors"].values()), flush=True)
    if not rows:
        failed.append(f"There are no students in {folder}; run parity-bench {folder} first.")
    for line in failed:
        print(line, file=sys.stderr)
    if failed:
        sys.exit(1)
    (HERE / "results/parity.json").write_text(json.dumps({"limit": LIMIT, "students": rows}, indent=1) + "\n")
    head, rest = PAGE.read_text().split(BEGIN)
    PAGE.write_text(head + BEGIN + table(rows) + END + rest.split(END)[1])


def table(rows):
    doors = list(rows[0]["doors"])
    lines = [f"| student | windows | {' | '.join(doors)} |", "|---|---:|" + "---:|" * len(doors)]
    for row in rows:
        values = " | ".join(f"{row['doors'][door]:.1e}" for door in doors)
        lines.append(f"| `{row['student']}` | {row['windows']} | {values} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(sys.argv[1])
