"""The peer of Examples/recipes/exceedance.yaml: LightGBM, one model a label, on the same rule, windows and split.

    pip install lightgbm==4.6.0 pandas scikit-learn
    python3 Benchmarks/recipes/exceedance_lightgbm.py $LIMBECK_DATA/beijing_aq/beijing_aq.tar.xz

Features: lags 1, 2, 3, 4, 6, 8, 12, 18 and 24 h of every pollutant and of the weather, the mean of all stations, the hour,
weekday, day of the year and station of the origin, and whether the limit is passed now. Gaps are filled forward; where the
rule cannot be decided a window does not count. 150,000 training rows, early stopping on validation.
"""

import sys
import tarfile

import lightgbm
import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score

LIMITS = {"PM2.5": 75, "PM10": 150, "SO2": 50, "NO2": 80, "CO": 4000, "O3": 160}
WEATHER = ["TEMP", "PRES", "DEWP", "RAIN", "WSPM"]
LAGS = [1, 2, 3, 4, 6, 8, 12, 18, 24]
AHEAD, HISTORY = 12, 24


def series(path):
    with tarfile.open(path) as archive:
        parts = [pd.read_csv(archive.extractfile(one)) for one in archive.getmembers() if one.name.endswith(".csv") and "PRSA" in one.name]
    for part in parts:
        part["time"] = pd.to_datetime(part[["year", "month", "day", "hour"]])
    times = pd.date_range(min(p["time"].min() for p in parts), max(p["time"].max() for p in parts), freq="h")
    names = [*LIMITS, *WEATHER]
    return times, names, np.stack([p.set_index("time").reindex(times)[names].to_numpy(float) for p in parts], axis=1)


def label(values, limit):
    """1 where any of the next AHEAD steps passes the limit, 0 where all are known not to, NaN else; by origin and place."""
    count = len(values)
    held = np.full(values.shape, np.nan)
    for origin in range(count - AHEAD + 1):
        window = values[origin:origin + AHEAD]
        passed = (window > limit).any(axis=0)
        held[origin] = np.where(passed, 1, np.where(np.isnan(window).any(axis=0), np.nan, 0))
    return held


def main():
    times, names, raw = series(sys.argv[1])
    filled = np.stack([pd.DataFrame(raw[:, :, c]).ffill().fillna(0).to_numpy() for c in range(len(names))], axis=2)
    count, places = filled.shape[:2]
    train_end, validation_end = int(count * 0.7), int(count * 0.7) + int(count * 0.1)
    parts = {"train": range(HISTORY, train_end - AHEAD + 1), "validation": range(train_end + HISTORY, validation_end - AHEAD + 1),
             "test": range(validation_end + HISTORY, count - AHEAD + 1)}
    city = filled.mean(axis=1)
    columns = [filled[HISTORY - lag:count - lag, :, :] for lag in LAGS]
    columns += [np.broadcast_to(city[HISTORY - lag:count - lag, None, :], columns[0].shape) for lag in (1, 6, 24)]
    calendar = np.stack([times.hour, times.dayofweek, times.dayofyear], axis=1)[HISTORY:count]
    columns += [np.broadcast_to(calendar[:, None, :], (count - HISTORY, places, 3)),
                np.broadcast_to(np.arange(places)[None, :, None], (count - HISTORY, places, 1))]
    features = np.concatenate([c.astype(np.float32) for c in columns], axis=2)
    scores = {}
    for name, limit in LIMITS.items():
        held = label(raw[:, :, names.index(name)], limit)

        def rows(part):
            index = np.array(parts[part])
            x, y = features[index - HISTORY].reshape(-1, features.shape[2]), held[index].reshape(-1)
            known = ~np.isnan(y)
            return x[known], y[known]

        x, y = rows("train")
        chosen = np.random.default_rng(0).choice(len(y), min(150_000, len(y)), replace=False)
        model = lightgbm.LGBMClassifier(n_estimators=1000, learning_rate=0.05, num_leaves=63, random_state=0, n_jobs=2, verbose=-1)
        validation = rows("validation")
        model.fit(x[chosen], y[chosen], eval_set=[validation], eval_metric="average_precision",
                  callbacks=[lightgbm.early_stopping(30, verbose=False)])
        x, y = rows("test")
        scores[name] = average_precision_score(y, model.predict_proba(x)[:, 1])
        print(f"{name}: share {y.mean():.3f}, PR AUC {scores[name]:.4f}, {model.best_iteration_} trees", flush=True)
    print(f"macro PR AUC {np.mean(list(scores.values())):.4f}")


if __name__ == "__main__":
    main()
