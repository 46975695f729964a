"""Runs every recipe of Examples/recipes and Benchmarks/recipes and writes what it measured to
Benchmarks/results/recipes.json: an array of {recipe, contestant, metric, value, deviation, unit, horizon, seeds}.

    python3 Benchmarks/recipes/run.py --seeds 1 2 3 [--only NAME ...]

Data comes from LIMBECK_DATA; a recipe whose data is not there is passed over, and said to be. Nothing is downloaded.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "Benchmarks" / "results" / "recipes.json"
# What is printed.
TOLD = ("mae", "coverage", "averagePrecision", "averagePrecisionOnset", "vusPR", "eventF1", "eventRecall", "falseAlarmsPerDay")


def folder(data: pathlib.Path, into: pathlib.Path) -> None:
    """A folder in which the recipes' paths lead to data and to what lies beside the recipes."""
    for path in [*data.iterdir(), *(ROOT / "Examples" / "recipes").glob("*.ics")]:
        (into / path.name).symlink_to(path)
    speeds = data / "pems_bay_67" / "pems_bay_67_4weeks.csv.xz"
    if speeds.exists():
        # What messages.yaml reads is made, not kept.
        script = ROOT / "Examples" / "recipes" / "messages.py"
        subprocess.run([sys.executable, script, speeds, into], check=True, stdout=subprocess.DEVNULL)


def run(limbeck: pathlib.Path, recipe: pathlib.Path, seed: int, work: pathlib.Path):
    """The scores of one run, and what was left out; None where the data is not there."""
    target = work / "runs" / f"{recipe.stem}-{seed}"
    if recipe.stem == "faults" and (work / "metr_la_29").exists():
        # Other faults with each seed.
        script = ROOT / "Examples" / "recipes" / "faults.py"
        command = [sys.executable, script, work, work / "faults", "--set", "metr_la_29", "--seed", str(seed)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    begin = time.time()
    done = subprocess.run(
        [limbeck, "run", recipe, "--seed", str(seed), "--run-dir", target], cwd=work, capture_output=True, text=True)
    if done.returncode != 0:
        print(f"{recipe.stem}, seed {seed}: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return None
    print(f"{recipe.stem}, seed {seed}: {time.time() - begin:.0f} s", file=sys.stderr)
    left = target / "left-out.json"
    return json.loads((target / "scores.json").read_text()), json.loads(left.read_text()) if left.exists() else []


def rows(name: str, runs):
    values: dict[tuple, list[float]] = {}
    for scores, left in runs:
        for score in scores:
            # Times depend on the machine, and stand in the tables of the runtime.
            if score["split"] != "test" or score["metric"] == "latencyMicroseconds":
                continue
            metric = score["metric"] + (f"[{score['channel']}]" if score.get("channel") else "")
            key = (score["role"], metric, score["unit"], str(score["horizon"]))
            values.setdefault(key, []).append(score["value"])
        for one in left:
            key = (f"conventionalStudent without {one['source']}", "mae", one["unit"], "average")
            values.setdefault(key, []).append(one["error"])
    for (contestant, metric, unit, horizon), found in values.items():
        yield {
            "recipe": name, "contestant": contestant, "metric": metric,
            "value": float(f"{statistics.mean(found):.6g}"),
            "deviation": float(f"{statistics.stdev(found):.3g}") if len(found) > 1 else None,
            "unit": unit, "horizon": horizon, "seeds": len(found),
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--limbeck", type=pathlib.Path, default=ROOT / ".build" / "release" / "limbeck")
    arguments = parser.parse_args()
    data = pathlib.Path(os.environ.get("LIMBECK_DATA", ROOT.parent / "shared" / "data")).resolve()
    if not data.is_dir():
        print(f"There is no folder {data}; set LIMBECK_DATA to where the data is.", file=sys.stderr)
        return 1
    recipes = sorted([*(ROOT / "Examples" / "recipes").glob("*.yaml"), *(ROOT / "Benchmarks" / "recipes").glob("*.yaml")])
    recipes = [recipe for recipe in recipes if not arguments.only or recipe.stem in arguments.only]
    kept = json.loads(OUTPUT.read_text()) if OUTPUT.exists() else []
    missing = []
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        folder(data, work)
        for recipe in recipes:
            runs = [run(arguments.limbeck.resolve(), recipe.resolve(), seed, work) for seed in arguments.seeds]
            if None in runs:
                missing.append(recipe.stem)
                continue
            kept = [row for row in kept if row["recipe"] != recipe.stem] + list(rows(recipe.stem, runs))
            lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in sorted(kept, key=lambda row: row["recipe"]))
            partial = OUTPUT.with_suffix(".partial")
            partial.write_text(f"[\n{lines}\n]\n")
            partial.replace(OUTPUT)
    for row in kept:
        told = row["metric"] in TOLD
        if told and row["horizon"] == "average" and row["recipe"] in {one.stem for one in recipes}:
            spread = f" ± {row['deviation']:.3g}" if row["deviation"] is not None else ""
            print(f"{row['recipe']:14} {row['contestant']:44} {row['metric']:22} {row['value']:.5g}{spread} {row['unit']}")
    if missing:
        print(f"Did not run: {', '.join(missing)}.", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
