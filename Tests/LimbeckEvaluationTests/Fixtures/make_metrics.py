"""Writes metrics.json: reference values of scikit-learn for the metrics' golden tests.

    python make_metrics.py            (needs numpy and scikit-learn)

Inputs are float32 values printed exactly; every reference is computed from them in float64.
Those that scikit-learn lacks (sMAPE, WAPE, coverage, calibration error) are written out in numpy.
"""
import json
import pathlib

import numpy as np
import sklearn
from sklearn import metrics as m

rng = np.random.default_rng(20240521)
cases = []


def f32(values):
    return np.asarray(values, dtype=np.float32).astype(np.float64)


def add(name, predicted, expected, references, width=1, mask=None):
    cases.append({
        "name": name,
        "width": width,
        "predicted": [float(v) for v in np.ravel(predicted)],
        "expected": [float(v) for v in expected],
        "mask": None if mask is None else [bool(v) for v in mask],
        "references": {k: float(v) for k, v in references.items()},
    })


def regression(name, predicted, expected, mask=None):
    p, y = (predicted, expected) if mask is None else (predicted[mask], expected[mask])
    large = np.abs(y) >= 1
    size = np.abs(p) + np.abs(y)
    add(name, predicted, expected, {
        "mae": m.mean_absolute_error(y, p),
        "mse": m.mean_squared_error(y, p),
        "rmse": m.root_mean_squared_error(y, p),
        "mape": 100 * m.mean_absolute_percentage_error(y[large], p[large]),
        "mapeCount": large.sum(),
        "smape": 100 * np.mean(np.divide(2 * np.abs(p - y), size, np.zeros_like(y), where=size > 0)),
        "wape": 100 * np.abs(p - y).sum() / np.abs(y).sum(),
        "r2": m.r2_score(y, p),
        "pinball": m.mean_pinball_loss(y, p, alpha=0.5),
        "pinball0.9": m.mean_pinball_loss(y, p, alpha=0.9),
        "pinball0.1": m.mean_pinball_loss(y, p, alpha=0.1),
    }, mask=mask)


truth = f32(rng.poisson(rng.gamma(1.0, 40, 400)))
regression("counts", f32(truth * rng.uniform(0.6, 1.3, 400) + rng.normal(0, 4, 400)), truth)
truth = f32(20 + 8 * rng.standard_normal(300))
regression("temperatures, a third unobserved", f32(truth + rng.normal(0.4, 2, 300)), truth,
           rng.uniform(size=300) > 1 / 3)
truth = f32(1e6 + rng.standard_normal(200))
regression("large level", f32(truth + rng.normal(0, 0.5, 200)), truth)
truth = f32(np.where(rng.uniform(size=120) < 0.5, 0, rng.uniform(0, 3, 120)))
regression("many zeros", f32(np.where(rng.uniform(size=120) < 0.4, 0, truth * 0.8)), truth)

low, truth = f32(rng.normal(-1, 0.5, 250)), f32(rng.normal(0, 1, 250))
high = f32(low + rng.uniform(0.5, 3, 250))
add("interval", np.stack([low, high], 1), truth,
    {"coverage": np.mean((low <= truth) & (truth <= high))}, width=2)


def ece(confidence, outcome, bins=10):
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    return sum(abs(outcome[index == b].sum() - confidence[index == b].sum())
               for b in range(bins)) / len(outcome)


def averaged(y, decided, kinds):
    result = {}
    for base, function in [("precision", m.precision_score), ("recall", m.recall_score),
                           ("f1", m.f1_score)]:
        for kind in kinds:
            name = base + ("" if kind == "binary" else kind.capitalize())
            result[name] = function(y, decided, average=kind, zero_division=0)
    return result


def clipped(p):
    eps = float(np.finfo(np.float32).eps)
    return np.clip(p, eps, 1 - eps)


def binary(name, probability, y, mask=None):
    p, t = (probability, y) if mask is None else (probability[mask], y[mask])
    decided = (p >= 0.5).astype(int)
    add(name, probability, y, {
        "accuracy": m.accuracy_score(t, decided),
        "balancedAccuracy": m.balanced_accuracy_score(t, decided),
        "rocAUC": m.roc_auc_score(t, p),
        "averagePrecision": m.average_precision_score(t, p),
        "logLoss": m.log_loss(t, clipped(p)),
        "brier": m.brier_score_loss(t, p),
        "ece": ece(p, t),
        **averaged(t, decided, ["binary", "micro", "macro", "weighted"]),
    }, mask=mask)


y = (rng.uniform(size=500) < 0.3).astype(int)
binary("binary", f32(1 / (1 + np.exp(-(2.2 * y - 1.4 + rng.normal(0, 1.3, 500))))), y)
y = (rng.uniform(size=300) < 0.45).astype(int)
binary("binary, many ties", f32(np.round(np.clip(0.3 * y + rng.uniform(0, 0.8, 300), 0, 1), 1)), y,
       rng.uniform(size=300) > 0.2)
y = (rng.uniform(size=200) < 0.02).astype(int)
y[:3] = 1
binary("binary, rare and never decided", f32(rng.uniform(0, 0.45, 200)), y)
y = (rng.uniform(size=100) < 0.5).astype(int)
binary("binary, saturated at 0 and 1", f32((rng.uniform(size=100) < 0.2) ^ (y == 1)), y)


def multiclass(name, probability, y):
    k = probability.shape[1]
    decided = probability.argmax(1)
    hot = np.eye(k)[y]
    add(name, probability, y, {
        "accuracy": m.accuracy_score(y, decided),
        "balancedAccuracy": m.balanced_accuracy_score(y, decided),
        "rocAUC": np.mean([m.roc_auc_score(hot[:, c], probability[:, c]) for c in range(k)]),
        "averagePrecision": m.average_precision_score(hot, probability, average="macro"),
        "logLoss": -np.mean(np.log(clipped(probability[np.arange(len(y)), y]))),
        "brier": np.mean(((probability - hot) ** 2).sum(1)),
        "ece": ece(probability.max(1), (decided == y).astype(float)),
        **averaged(y, decided, ["micro", "macro", "weighted"]),
    }, width=k)


y = rng.choice(4, 400, p=[0.5, 0.3, 0.15, 0.05])
logits = rng.normal(0, 1, (400, 4)) + 1.8 * np.eye(4)[y]
p = np.exp(logits)
multiclass("four classes", f32(p / p.sum(1, keepdims=True)), y)

out = pathlib.Path(__file__).with_name("metrics.json")
body = ",\n".join(json.dumps(case) for case in cases)
out.write_text('{"scikitLearn": "%s", "cases": [\n%s\n]}\n' % (sklearn.__version__, body))
