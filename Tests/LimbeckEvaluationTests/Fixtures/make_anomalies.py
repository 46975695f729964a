"""Writes anomalies.json: alarms, events and areas of small random cases, as Benchmarks/anomalies/scoring.py tells them,
whose VUS-PR equals that of the authors' code.

    python make_anomalies.py          (needs numpy)
"""
import json
import pathlib
import sys

import numpy as np

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parents[2] / "Benchmarks" / "anomalies"))
import scoring  # noqa: E402



def highest_allowed(scores, times, allowed):
    """The lowest threshold above which no more alarms lie, nor above any higher one; by trying all."""
    last = float(scores.max())
    for value in np.unique(scores[scores > 0])[::-1]:
        if max(len(scoring.alarm_runs(scores > value, times)), (scores > value).sum() // 24) > allowed:
            return last
        last = float(value)
    return last


rng = np.random.default_rng(7)
cases = []
for case in range(6):
    steps, places = int(rng.integers(80, 200)), int(rng.integers(1, 5))
    times = 5 * np.arange(steps)
    labels = []
    for place in range(places):
        start = int(rng.integers(0, 20))
        while start < steps - 4:
            end = min(steps, start + int(rng.integers(1, 25)))
            labels.append((start, end, place, ["stuck", "jam"][int(rng.integers(2))]))
            start = end + int(rng.integers(0, 60))
    scores = rng.random((steps, places)).astype(np.float32)
    for start, end, place, _ in labels:
        scores[start:end, place] += rng.random(end - start).astype(np.float32)
    if case % 2:
        scores = np.round(scores, 1).astype(np.float32)  # many are equal
    limit = float(np.float32(np.quantile(scores, 0.97)))
    ordinary = scores.copy()
    for start, end, place, _ in labels:
        ordinary[start:end, place] = 0
    found, kinds = scoring.events(scores, limit, labels, times)
    cases.append({
        "steps": steps, "places": places, "scores": [float(v) for v in scores.ravel()],
        "labels": [[int(s), int(e), int(p), k] for s, e, p, k in labels], "limit": limit,
        "found": int(found["found"]), "false": int(found["false"]), "f1": float(found["f1"]),
        "delay": float(found["delay"]), "kinds": kinds,
        "averagePrecision": scoring.average_precision(scores, labels),
        "vus": scoring.vus_pr(scores, labels, 24), "sharp": scoring.vus_pr(scores, labels, 0),
        "allowed": 3, "threshold": highest_allowed(ordinary, times, 3),
    })
(here / "anomalies.json").write_text(json.dumps(cases))
