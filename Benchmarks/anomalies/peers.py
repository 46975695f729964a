"""The peers of `task.kind: detect`: moving z-score, isolation forest and matrix profile on planted faults and on NAB.

    pip install numpy==2.4.6 scikit-learn==1.9.1
    python3 Benchmarks/anomalies/peers.py $LIMBECK_DATA PLANTED [--seed 1] [--set ...] [--out FILE]

PLANTED is where Examples/recipes/faults.py wrote its series. Rows {set, method, metric, value, kind, seed} go to
Benchmarks/results/anomalies-peers.json.

- Parts: planted sets 70/10/20 by time, and scores count on the last 20 %. NAB has no long ordinary part: the first 15 % of
  a series, NAB's probation, are for fitting and for the threshold, and the rest is scored. Its steps are irregular;
  methods take readings as they come.
- moving z-score: |reading − mean| / deviation of the 288, 72 or 12 readings before it (a day, 6 h, 1 h).
- isolation forest: a forest of 100 trees for each place, on windows of 12 readings of the training part.
- matrix profile: for the window of 24 readings (2 h) that ends now, the distance to the nearest window of the training
  part of that place; once with windows brought to mean 0 and deviation 1 as usual, once with plain distances.
- Each method is told by the better of its variants, by VUS-PR plus F1 on the very labels: in the peers' favour. So are
  places made comparable: scores of a place as they are, or divided by their 99.9 % quantile over its validation part.
- A gap repeats the last reading, and has the lowest score itself.
- Threshold: the lowest that 1 alarm a day in all places passes on validation, where labelled steps do not count. VUS-PR
  with buffers up to 2 h (24 steps).
"""

import argparse
import csv
import json
import pathlib
import tarfile
from datetime import datetime

import numpy as np
from sklearn.ensemble import IsolationForest

from scoring import average_precision, events, threshold, vus_pr

OUTPUT = pathlib.Path(__file__).resolve().parents[1] / "results" / "anomalies-peers.json"
PLANTED = ["pems_bay_67", "metr_la_29"]
RATE, BUFFER = 1.0, 24


def minutes(stamps):
    stamps = [datetime.fromisoformat(stamp) for stamp in stamps]
    return np.array([(stamp - stamps[0]).total_seconds() / 60 for stamp in stamps])


def planted(folder, name):
    """Values, minutes, end of training and of validation, labels."""
    with open(folder / f"{name}.csv") as text:
        rows = list(csv.reader(text))
    values = np.array([[float(cell) if cell else np.nan for cell in row[1:]] for row in rows[1:]])
    times = [row[0] for row in rows[1:]]
    step, place = {time: i for i, time in enumerate(times)}, {one: i for i, one in enumerate(rows[0][1:])}
    with open(folder / f"{name}.labels.csv") as text:
        labels = [(step[start], step[end], place[one], kind) for one, start, end, kind in list(csv.reader(text))[1:]]
    count = len(values)
    return values, minutes(times), int(count * 0.7 + 1e-9), int(count * 0.8 + 1e-9), labels


def nab(folder):
    with tarfile.open(folder / "nab" / "nab.tar.xz") as archive:
        windows = json.load(archive.extractfile("labels/combined_windows.json"))
        for key, found in windows.items():
            if not key.startswith("realTraffic/"):
                continue
            lines = archive.extractfile(f"data/{key}").read().decode().splitlines()
            rows = sorted(tuple(row) for row in csv.reader(lines[1:]))
            stamps = [row[0] for row in rows]
            labels = []
            for first, last in found:
                inside = [i for i, stamp in enumerate(stamps) if first[:19] <= stamp <= last[:19]]
                labels.append((inside[0], inside[-1] + 1, 0, "window"))
            train = int(len(rows) * 0.15)
            values = np.array([[float(row[1])] for row in rows])
            yield key[len("realTraffic/"):-len(".csv")], (values, minutes(stamps), train, train, labels)


def filled(values):
    values = values.copy()
    for column in values.T:
        known = np.flatnonzero(~np.isnan(column))
        column[:] = column[known[np.maximum(0, np.searchsorted(known, np.arange(len(column)), side="right") - 1)]]
    return values


def windows(column, width):
    """Windows that end at width − 1, width, ..."""
    return np.lib.stride_tricks.sliding_window_view(column, width)


def late(scores, count):
    """Scores of windows, at the steps they end at; before the first window none."""
    return np.r_[np.full(count - len(scores), -np.inf), scores]


def moving_z(column, train, width):
    if train <= width:
        width = max(12, train // 2)
    past = windows(column, width)[:-1]
    # Deviations below a hundredth of the place's are rounding.
    deviation = np.maximum(past.std(axis=1), 0.01 * column[:train].std())
    return late(np.abs(column[width:] - past.mean(axis=1)) / deviation, len(column))


def forest(column, train, width=12):
    every = windows(column, width)
    model = IsolationForest(n_estimators=100, random_state=0, n_jobs=1).fit(every[:train - width + 1])
    return late(-model.score_samples(every), len(column))


def matrix_profile(column, train, width, normal, own=False):
    every = windows(column, width).astype(np.float32)
    flat = np.zeros(len(every), bool)
    if normal:
        deviation = every.std(axis=1, keepdims=True)
        flat = deviation[:, 0] < 1e-4
        every = (every - every.mean(axis=1, keepdims=True)) / np.maximum(deviation, 1e-4)
        every[flat] = 0
    reference = every[:train - width + 1]
    # One product gives squares − 2 · product: a column of ones is added, and one of squares.
    left = np.hstack([every, np.ones((len(every), 1), np.float32)])
    right = np.vstack([-2 * reference.T, (reference**2).sum(axis=1)])
    nearest = np.zeros(len(every), np.float32)
    # NAB's threshold is taken on the training part: a window there must not find itself or what overlaps it.
    begin = 0 if own else train - width + 1
    for start in range(begin, len(every), 128):
        distance = left[start:start + 128] @ right
        if start < len(reference):
            rows = np.arange(start, start + len(distance))[:, None]
            distance[np.abs(rows - np.arange(len(reference))) < width] = np.inf
        nearest[start:start + 128] = distance.min(axis=1)
    distance = np.sqrt(np.maximum(nearest + (every**2).sum(axis=1), 0))
    if normal:  # of a flat window: 0 to a flat one, √width to any other
        distance[flat] = 0 if flat[:len(reference)].any() else np.sqrt(width)
    distance[:begin] = 0
    return late(distance, len(column))


METHODS = {
    "moving z-score": {f"{width} readings": (moving_z, width) for width in (288, 72, 12)},
    "isolation forest": {"12 readings": (forest, 12)},
    "matrix profile": {
        f"24 readings, {'normalised' if normal else 'plain'}": (matrix_profile, 24, normal)
        for normal in (True, False)
    },
}


def scores_of(values, train, choice, own=False):
    """Scores [T, N] of one variant; gaps have the lowest."""
    whole = filled(values)
    method, *settings = choice
    if own and method is matrix_profile:
        settings.append(True)
    scores = np.stack([method(np.ascontiguousarray(column), train, *settings) for column in whole.T], axis=1)
    scores[np.isnan(values) | ~np.isfinite(scores)] = 0
    return scores


def judged(scores, times, part, test, labels):
    """Every measure of one array of scores, on the test part."""
    ordinary = scores.copy()
    for start, end, place, _ in labels:  # what is known to be a fault does not count against the threshold
        ordinary[start:end, place] = 0
    limit = threshold(ordinary[part], times[part], RATE)
    inside = [(max(start - test, 0), end - test, place, kind) for start, end, place, kind in labels if end > test]
    measures, kinds = events(scores[test:], limit, inside, times[test:])
    return {
        **measures, "PR-AUC": average_precision(scores[test:], inside), "VUS-PR": vus_pr(scores[test:], inside, BUFFER),
    }, kinds


def best(name, values, times, train, test, labels, part):
    """For each method, its best variant: (method, variant, measures, kinds)."""
    for method, variants in METHODS.items():
        found = []
        for variant, choice in variants.items():
            scores = scores_of(values, train, choice)
            found.append((variant, *judged(scores, times, part, test, labels)))
            if scores.shape[1] > 1:
                scaled = scores / np.maximum(np.quantile(scores[part], 0.999, axis=0), 1e-9)
                found.append((f"{variant}, scaled", *judged(scaled, times, part, test, labels)))
        variant, measures, kinds = max(found, key=lambda one: one[1]["VUS-PR"] + one[1]["f1"])
        print(f"{name}: {method} ({variant}): " + ", ".join(f"{key} {value:.3g}" for key, value in measures.items()),
              {kind: round(value, 2) for kind, value in kinds.items()}, flush=True)
        yield method, variant, measures, kinds


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("planted", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1, help="the one the planted series were made with")
    parser.add_argument("--set", nargs="+", default=[*PLANTED, "nab"], choices=[*PLANTED, "nab"])
    parser.add_argument("--out", type=pathlib.Path, default=OUTPUT)
    arguments = parser.parse_args()
    rows = json.loads(arguments.out.read_text()) if arguments.out.exists() else []
    rows = [
        row for row in rows if row["seed"] not in (arguments.seed, None) or row["set"].split("/")[0] not in arguments.set]

    def keep(name, method, measures, kinds, seed, variant=None):
        for metric, value in measures.items():
            rows.append({"set": name, "method": method, "metric": metric, "value": float(f"{value:.6g}"), "seed": seed})
            if variant:
                rows[-1]["variant"] = variant
        for kind, value in kinds.items():
            value = float(f"{value:.6g}")
            rows.append({"set": name, "method": method, "metric": "recall", "kind": kind, "value": value, "seed": seed})

    for name in arguments.set:
        if name != "nab":
            values, times, train, test, labels = planted(arguments.planted, name)
            for method, variant, measures, kinds in best(name, values, times, train, test, labels, slice(train, test)):
                keep(name, method, measures, kinds, arguments.seed, variant)
            continue
        # A variant is chosen for all series of NAB together.
        series = list(nab(arguments.data))
        for method, variants in METHODS.items():
            choices = []
            for variant, choice in variants.items():
                each = []
                for one, (values, times, train, test, labels) in series:
                    scores = scores_of(values, train, choice, own=True)
                    each.append((one, *judged(scores, times, slice(0, train), test, labels)))
                total = together([measures for _, measures, _ in each], [len(one[1][4]) for one in series])
                choices.append((variant, total, each))
            variant, total, each = max(choices, key=lambda one: one[1]["VUS-PR"] + one[1]["f1"])
            for one, measures, kinds in each:
                keep(f"nab/{one}", method, measures, {}, None, variant)
            keep("nab", method, total, {}, None, variant)
            told = ", ".join(f"{key} {value:.3g}" for key, value in total.items())
            print(f"nab: {method} ({variant}): {told}", flush=True)
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    arguments.out.write_text(f"[\n{lines}\n]\n")


def together(measures, labels):
    """Counts summed over series, areas, rates and delays averaged."""
    found, false = sum(one["found"] for one in measures), sum(one["false"] for one in measures)
    precision, recall = found / max(1, found + false), found / sum(labels)
    return {
        "found": found, "false": false, "precision": precision, "recall": recall,
        "f1": 2 * precision * recall / max(1e-12, precision + recall),
        **{
            key: float(np.nanmean([one[key] for one in measures]))
            for key in ("false alarms a day", "delay", "PR-AUC", "VUS-PR")
        },
    }


if __name__ == "__main__":
    main()
