"""What a setting does to one model on data of many kinds, so that no default is chosen on one set.

    python3 Benchmarks/recipes/settings.py QUESTION ... [--only SET ...] [--seeds 1 2 3]

Questions are those of QUESTIONS below. A model `stid` of width 32 is trained alone on each set with each choice; scores of
the test part go to Benchmarks/results/settings.json, an array of {question, set, choice, model, metric, horizon, value,
deviation, unit, seeds}. Data comes from LIMBECK_DATA; a set that is not there is passed over, and said to be.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "Benchmarks" / "results" / "settings.json"

# Data, task, and passes over the training part.
SETS = {
    "auckland": ("dataset: auckland", "history: 24, horizon: 12", 12),
    "los-loop": ("path: los_loop/los_speed.csv.xz, start: 2012-03-01T00:00, step: 5min", "history: 12, horizon: 12", 10),
    "metr-la": ("path: metr_la_29/metr_la_29.csv.xz, missing: [0]", "history: 12, horizon: 12", 5),
    "taxi": ("path: extra_sz_taxi_40/sz_speed_40.csv.xz, start: 2015-01-01T00:00, step: 15min",
             "history: 12, horizon: 12", 10),
    "pems-bay": ("path: pems_bay_67/pems_bay_67_4weeks.csv.xz", "history: 12, horizon: 12", 10),
    "beijing": ("path: beijing_aq/beijing_aq.tar.xz", "history: 24, horizon: 24, targets: [O3]", 4),
    "noaa": ("path: noaa_us_1990/Tmax.csv.xz, unit: °F", "history: 14, horizon: 7", 20),
}
# What is laid over every recipe, and the choices.
QUESTIONS = {
    "profile": ([], {form: [f"task.profile={form}"] for form in ("full", "hourly", "auto")}),
    "stretch": (
        ["task.quantiles=[0.1, 0.5, 0.9]"],
        {"as learned": ["task.stretch=false"], "stretched": ["task.stretch=true"]},
    ),
    "distribution": (
        ["task.quantiles=[0.1, 0.5, 0.9]"],
        {shape: [f"task.distribution={shape}"] for shape in ("free", "gaussian")},
    ),
    "steps": ([], {weight: [f"distillation.terms.hard.set.steps={weight}"] for weight in ("even", "relative", "near")}),
}
METRICS = ("mae", "crps", "coverage", "parameters")


def run(limbeck: pathlib.Path, recipe: pathlib.Path, overrides: list[str], target: pathlib.Path, data: pathlib.Path):
    """The test scores of one run; None where it did not end."""
    settings = [word for override in overrides for word in ("--set", override)]
    done = subprocess.run(
        [limbeck, "train", recipe, "--run-dir", target, *settings], cwd=data, capture_output=True, text=True)
    if done.returncode != 0:
        print(f"{recipe.stem}: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return None
    return [one for one in json.loads((target / "scores.json").read_text()) if one["split"] == "test"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("questions", nargs="+", choices=QUESTIONS)
    parser.add_argument("--only", nargs="+", default=list(SETS), choices=SETS)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--limbeck", type=pathlib.Path, default=ROOT / ".build" / "release" / "limbeck")
    arguments = parser.parse_args()
    data = pathlib.Path(os.environ.get("LIMBECK_DATA", ROOT.parent / "shared" / "data")).resolve()
    limbeck = arguments.limbeck.resolve()
    kept = json.loads(OUTPUT.read_text()) if OUTPUT.exists() else []
    missing = []
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        for question in arguments.questions:
            common, choices = QUESTIONS[question]
            for name in arguments.only:
                source, task, epochs = SETS[name]
                recipe = work / f"{name}.yaml"
                recipe.write_text(
                    f"name: {name}\ndata: {{ {source} }}\ntask: {{ {task} }}\n"
                    f"teacher: {{ model: stid, epochs: {epochs}, set: {{ width: 32 }} }}\n")
                for choice, overrides in choices.items():
                    found: dict[tuple, list[float]] = {}
                    runs = [
                        run(limbeck, recipe, [*common, *overrides, f"seed={seed}"],
                            work / f"{question}-{name}-{choice}-{seed}".replace(" ", "-"), data)
                        for seed in arguments.seeds
                    ]
                    if None in runs:
                        missing.append(f"{question}, {name}, {choice}")
                        continue
                    for scores in runs:
                        for one in scores:
                            if one["metric"] in METRICS and not one.get("channel") and one["role"] in ("ridge", "teacher"):
                                key = (one["role"], one["metric"], str(one["horizon"]), one["unit"])
                                found.setdefault(key, []).append(one["value"])
                    kept = [
                        row for row in kept if (row["question"], row["set"], row["choice"]) != (question, name, choice)]
                    for (role, metric, horizon, unit), values in found.items():
                        kept.append({
                            "question": question, "set": name, "choice": choice,
                            "model": "ridge" if role == "ridge" else "stid", "metric": metric, "horizon": horizon,
                            "value": float(f"{statistics.mean(values):.6g}"),
                            "deviation": float(f"{statistics.stdev(values):.3g}") if len(values) > 1 else None,
                            "unit": unit, "seeds": len(values),
                        })
                    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in kept)
                    OUTPUT.with_suffix(".partial").write_text(f"[\n{lines}\n]\n")
                    OUTPUT.with_suffix(".partial").replace(OUTPUT)
                    told = [
                        f"{metric}{'' if horizon == 'average' else ' +' + horizon} {statistics.mean(values):.5g}"
                        for (role, metric, horizon, _), values in found.items()
                        if role == "teacher" and (horizon == "average" or metric == "mae")
                    ]
                    print(f"{question}, {name}, {choice}: {', '.join(told)}", flush=True)
    if missing:
        print(f"Did not run: {'; '.join(missing)}.", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
