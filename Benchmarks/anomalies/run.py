"""`task.kind: detect` beside its peers, and what its settings bring.

    python3 Benchmarks/anomalies/run.py [--seeds 1 2 3] [--only CASE ...] [--limbeck FILE]

A teacher is trained in each case: as `Examples/recipes/faults.yaml` says on planted faults of `metr_la_29`, with other
settings on the same, on those of `pems_bay_67`, and on the seven traffic series of NAB, whose first 15 % are for training
(10) and for the threshold (5), as for the peers. Seeds are those of the faults and of the models. Rows {case, set, role,
metric, value, deviation, seeds} of the test part go to Benchmarks/results/anomalies.json. Data comes from LIMBECK_DATA.
"""

import argparse
import csv
import io
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tarfile
import tempfile
from datetime import datetime, timedelta

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "Benchmarks" / "results" / "anomalies.json"
RECIPES = ROOT / "Examples" / "recipes"
METRICS = ("vusPR", "eventF1", "eventRecall", "falseAlarmsPerDay", "delay", "averagePrecision", "logLoss")

# The set, and what is laid over the recipe.
CASES = {
    "metr_la_29": ("metr_la_29", []),
    "metr_la_29, one variant": ("metr_la_29", ["task.faults.variants=1", "teacher.epochs=64"]),
    "metr_la_29, not averaged": ("metr_la_29", ["task.smoothing=1"]),
    "pems_bay_67": ("pems_bay_67", [
        "task.faults.variants=4", "teacher.epochs=3", "teacher.set.width=64", "teacher.set.dropout=0.2"]),
    "pems_bay_67, not averaged": ("pems_bay_67", [
        "task.faults.variants=4", "teacher.epochs=3", "teacher.set.width=64", "teacher.set.dropout=0.2",
        "task.smoothing=1"]),
    "nab": ("nab", []),
}
NAB = """name: nab
data: {{ path: {stem}.csv, calendar: observed }}
task: {{ kind: detect, history: 36, train: 0.1, validation: 0.05, anomalies: {stem}.labels.csv, faults: {{ variants: 16 }} }}
teacher: {{ model: graphMixer, epochs: 20, set: {{ width: 32 }} }}
"""


def nab(data: pathlib.Path, into: pathlib.Path) -> list[pathlib.Path]:
    """A recipe for each traffic series, beside its readings and labels."""
    recipes = []
    with tarfile.open(data / "nab" / "nab.tar.xz") as archive:
        windows = json.load(archive.extractfile("labels/combined_windows.json"))
        for key, found in sorted(windows.items()):
            if not key.startswith("realTraffic/"):
                continue
            stem = pathlib.Path(key).stem
            rows = csv.reader(io.TextIOWrapper(archive.extractfile(f"data/{key}")))
            with open(into / f"{stem}.csv", "w", newline="") as file:
                csv.writer(file).writerows(rows)
            with open(into / f"{stem}.labels.csv", "w", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(["start", "end"])
                for first, last in found:
                    # The last is within.
                    end = datetime.fromisoformat(last[:19]) + timedelta(seconds=1)
                    writer.writerow([first[:19], end.isoformat()])
            recipes.append(into / f"{stem}.yaml")
            recipes[-1].write_text(NAB.format(stem=stem))
    return recipes


def planted(data: pathlib.Path, into: pathlib.Path, name: str, seed: int) -> list[pathlib.Path]:
    """The recipe of planted faults, on this set."""
    script = RECIPES / "faults.py"
    command = [sys.executable, script, data, into / "faults", "--set", name, "--seed", str(seed)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    recipe = into / f"{name}.yaml"
    recipe.write_text((RECIPES / "faults.yaml").read_text().replace("metr_la_29", name))
    return [recipe]


def run(limbeck: pathlib.Path, recipe: pathlib.Path, seed: int, overrides: list[str], target: pathlib.Path):
    """Test scores by role and metric."""
    settings = [word for override in overrides for word in ("--set", override)]
    done = subprocess.run(
        [limbeck, "train", recipe, "--seed", str(seed), "--run-dir", target, *settings],
        cwd=recipe.parent, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{recipe.stem}: {done.stderr.strip().splitlines()[-1]}")
    scores = json.loads((target / "scores.json").read_text())
    return {
        (one["role"], one["metric"] + (f"[{one['channel']}]" if one.get("channel") else "")): one["value"]
        for one in scores if one["split"] == "test" and one["metric"] in METRICS}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--only", nargs="+", default=list(CASES), choices=CASES)
    parser.add_argument("--limbeck", type=pathlib.Path, default=ROOT / ".build" / "release" / "limbeck")
    arguments = parser.parse_args()
    data = pathlib.Path(os.environ.get("LIMBECK_DATA", ROOT.parent / "shared" / "data")).resolve()
    limbeck = arguments.limbeck.resolve()
    kept = json.loads(OUTPUT.read_text()) if OUTPUT.exists() else []
    for case in arguments.only:
        name, overrides = CASES[case]
        found: dict[tuple, list[float]] = {}
        for seed in arguments.seeds:
            with tempfile.TemporaryDirectory() as work:
                work = pathlib.Path(work)
                recipes = nab(data, work) if name == "nab" else planted(data, work, name, seed)
                runs = [run(limbeck, recipe, seed, overrides, work / f"{recipe.stem}-run") for recipe in recipes]
            # Of several series the mean.
            for key in set().union(*runs):
                found.setdefault(key, []).append(statistics.mean(one[key] for one in runs if key in one))
        kept = [row for row in kept if row["case"] != case]
        for (role, metric), values in sorted(found.items()):
            kept.append({
                "case": case, "set": name, "role": role, "metric": metric,
                "value": float(f"{statistics.mean(values):.6g}"),
                "deviation": float(f"{statistics.stdev(values):.3g}") if len(values) > 1 else None,
                "seeds": len(values),
            })
        lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in kept)
        OUTPUT.with_suffix(".partial").write_text(f"[\n{lines}\n]\n")
        OUTPUT.with_suffix(".partial").replace(OUTPUT)
        told = [row for row in kept if row["case"] == case and row["role"] == "teacher"]
        print(f"{case}: " + ", ".join(
            f"{row['metric']} {row['value']:.3g}" + (f" ± {row['deviation']:.2g}" if row["deviation"] else "")
            for row in told), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
