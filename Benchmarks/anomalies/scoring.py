"""How alarms are scored against labelled intervals. No point adjustment: an interval found does not make its other steps
right.

Scores and labels are arrays [T, N]; labels are (start, end, place, kind), end exclusive, in steps. `times` counts minutes.
"""

import numpy as np

MERGED = 30  # minutes: alarms of one place that lie less apart are one


def alarm_runs(alarms, times):
    """(first, last, place) of every run of alarms, merged."""
    runs = []
    for place in np.flatnonzero(alarms.any(axis=0)):
        steps = np.flatnonzero(alarms[:, place])
        breaks = np.flatnonzero(np.diff(times[steps]) >= MERGED)
        firsts, lasts = np.r_[0, breaks + 1], np.r_[breaks, len(steps) - 1]
        runs += [(int(steps[a]), int(steps[b]), int(place)) for a, b in zip(firsts, lasts)]
    return runs


def threshold(scores, times, rate):
    """The lowest threshold that no more than `rate` runs of alarms a day pass in these scores, which hold no fault."""
    days = (times[-1] - times[0]) / 1440
    allowed = int(rate * days)
    values = np.unique(scores[np.isfinite(scores)])[::-1]
    if len(values) < 2:
        return values[0]
    low, high = 0, min(len(values) - 1, 20_000)  # ranks; more runs the farther down, all but always
    while low < high:
        middle = (low + high + 1) // 2
        if len(alarm_runs(scores > values[middle], times)) <= allowed:
            low = middle
        else:
            high = middle - 1
    return values[low]


def events(scores, limit, labels, times):
    """Found and false, precision, recall, F1, false alarms a day, mean delay in minutes; recall by kind."""
    alarms = scores > limit
    labelled = np.zeros(scores.shape, bool)
    for start, end, place, _ in labels:
        labelled[start:end, place] = True
    runs = alarm_runs(alarms, times)
    false = sum(not labelled[first:last + 1, place].any() for first, last, place in runs)
    found, delays, kinds = 0, [], {}
    for start, end, place, kind in labels:
        hits = np.flatnonzero(alarms[start:end, place])
        kinds.setdefault(kind, []).append(len(hits) > 0)
        if len(hits):
            found += 1
            delays.append(times[start + hits[0]] - times[start])
    precision, recall = found / max(1, found + false), found / len(labels)
    return {
        "found": found, "false": false, "precision": precision, "recall": recall,
        "f1": 2 * precision * recall / max(1e-12, precision + recall),
        "false alarms a day": false / ((times[-1] - times[0]) / 1440),
        "delay": float(np.mean(delays)) if delays else float("nan"),
    }, {kind: float(np.mean(hits)) for kind, hits in kinds.items()}


def average_precision(scores, labels):
    """PR-AUC over all steps of all places, as a sum of steps (average precision)."""
    truth = np.zeros(scores.shape, bool)
    for start, end, place, _ in labels:
        truth[start:end, place] = True
    order = np.argsort(-scores, axis=None, kind="stable")
    values, hits = scores.ravel()[order], np.cumsum(truth.ravel()[order])
    last = np.r_[np.flatnonzero(np.diff(values)), len(values) - 1]
    recall, precision = hits[last] / hits[-1], hits[last] / (last + 1)
    return float(np.sum(np.diff(np.r_[0, recall]) * precision))


def vus_pr(scores, labels, length, ranks=None):
    """VUS-PR of Paparrizos et al., "Volume Under the Surface", PVLDB 15(11), 2022, as their own code computes it (the
    same to nine digits with its 250 thresholds).

    For each ℓ of 0...`length`, labels fall off over ℓ/2 steps on both sides of an interval as √(1 − d/ℓ); the range
    PR-AUC is taken with them, recall being that of the soft labels times the share of intervals (with their buffers,
    joined where they touch) in which something is found. The mean over ℓ. Places are laid one after another; no buffer
    crosses from one to the next. `ranks` are those of the scores taken as thresholds: 250 evenly spaced as there, and 250 more
    spaced evenly in the logarithm, as one step in fifty is labelled here or fewer.
    """
    count, total = scores.shape[0], scores.size
    if ranks is None:
        ranks = np.unique(np.r_[np.linspace(0, total - 1, 250), np.geomspace(1, total, 250) - 1].astype(int))
    descending = -np.sort(-scores, axis=None)
    limits = descending[ranks]
    predicted = np.searchsorted(-descending, -limits, side="right").astype(float)
    by_place = {}
    for start, end, place, _ in labels:
        by_place.setdefault(place, []).append((start, end - 1))
    hard = {}
    for place, intervals in by_place.items():
        mask = np.zeros(count, bool)
        for start, end in intervals:
            mask[start:end + 1] = True
        edges = np.flatnonzero(np.diff(np.r_[0, mask.astype(int), 0]))
        hard[place] = list(zip(edges[::2], edges[1::2] - 1))
    positives = sum(end - start + 1 for intervals in hard.values() for start, end in intervals)

    def passed(values, weights):
        """The sum of weights of values at or above each limit."""
        order = np.argsort(-values)
        sums = np.r_[0, np.cumsum(weights[order])]
        return sums[np.searchsorted(-values[order], -limits, side="right")]

    areas = []
    for window in range(length + 1):
        half, values, weights, inside, highest = window // 2, [], [], [], []
        for place, intervals in hard.items():
            soft = np.zeros(count)
            sure = np.zeros(count, bool)
            for start, end in intervals:
                soft[start:end + 1] += 1
                sure[start:end + 1] = True
                if half:
                    right = np.arange(end + 1, min(end + half + 1, count))
                    soft[right] += np.sqrt(1 - (right - end) / window)
                    left = np.arange(max(start - half, 0), start)
                    soft[left] += np.sqrt(1 - (start - left) / window)
            soft = np.minimum(soft, 1)
            near = np.flatnonzero(soft)
            values.append(scores[near, place])
            weights.append(soft[near])
            inside.append(sure[near])
            begin = max(intervals[0][0] - half, 0)
            for (_, end), (start, _) in zip(intervals, intervals[1:]):
                if end + half < start - half:
                    highest.append(scores[begin:end + half + 1, place].max())
                    begin = start - half
            highest.append(scores[begin:min(intervals[-1][1] + half, count - 1) + 1, place].max())
        values, weights, inside = np.concatenate(values), np.concatenate(weights), np.concatenate(inside)
        true = passed(values, weights)
        buffers = true - passed(values[inside], weights[inside])
        existing = passed(np.array(highest), np.ones(len(highest))) / len(highest)
        recall = np.minimum(true / (positives + buffers / 2), 1) * existing
        precision = true / predicted
        areas.append(np.sum(np.diff(np.r_[0, recall]) * precision))
    return float(np.mean(areas))
