"""What is usual at each step, in NumPy, from the definition in Documentation/Scores.md alone: see baselines.py."""

import numpy as np

SEASONS = {"day": 86_400, "week": 604_800, "year": 31_556_952}
PENALTIES = [0.25, 1, 4, 16]
LEAST, JUDGED, WEEKS = 0.005, 24, 52


class Calendar:
    """Bins of the day, the week and the year for every step of a time index."""

    def __init__(self, index):
        self.step = int((index[1] - index[0]).total_seconds())
        seconds = (index - index[0].normalize()).total_seconds().to_numpy().astype(np.int64)
        self.week_bins = 7 * max(1, 86_400 // self.step)
        unit = min(self.step, 86_400)
        weekday = index[0].weekday() * 86_400
        self.week = (seconds + weekday) // unit % self.week_bins
        self.day = self.week % (self.week_bins // 7)
        self.year = ((index.month - 1) * 31 + index.day - 1).to_numpy() * WEEKS // 372


def grouped(values, seen, bins, count):
    """Sums and counts of what was seen, by bin and column."""
    sums, counts = np.zeros((count, values.shape[1])), np.zeros((count, values.shape[1]))
    np.add.at(sums, bins, np.where(seen, values, 0))
    np.add.at(counts, bins, seen)
    return sums, counts


def centred(effects, weights):
    """Zero on average over what was seen."""
    return np.where(weights > 0, effects - (weights * effects).sum(0) / np.maximum(weights.sum(0), 1e-9), 0)


def usual(values, seen, calendar, steps, kappa):
    """The profile at every step of the calendar, `[T, C]`: its mean of all `values`, the rest of `steps` alone."""
    mean = np.where(seen, values, 0).sum(0) / np.maximum(seen.sum(0), 1)
    values, known = values[steps], seen[steps]
    part = np.repeat(mean[None], len(calendar.week), 0)
    for season, bins, count in [
        ("day", calendar.day, calendar.week_bins // 7),
        ("week", calendar.week, calendar.week_bins),
    ]:
        if season in kappa:
            sums, counts = grouped(values - part[steps], known, bins[steps], count)
            part = part + centred(sums / (counts + kappa[season]), counts)[bins]
    if "year" in kappa:
        # One visit to a week is one cycle.
        sums, cycles = np.zeros((WEEKS, values.shape[1])), np.zeros((WEEKS, values.shape[1]))
        weeks, rest = calendar.year[steps], values - part[steps]
        for visit in np.split(np.arange(len(steps)), np.flatnonzero(np.diff(weeks)) + 1):
            here = known[visit]
            total = np.where(here, rest[visit], 0).sum(0)
            sums[weeks[visit[0]]] += np.where(here.any(0), total / np.maximum(here.sum(0), 1), 0)
            cycles[weeks[visit[0]]] += here.any(0)

        def smooth(a):
            return a + (np.roll(a, 1, 0) + np.roll(a, -1, 0)) / 2

        part = part + centred(smooth(sums) / (smooth(cycles) + kappa["year"]), smooth(cycles))[calendar.year]
    return part


def out_of_fold(values, seen, calendar, history, horizon, candidates, kappa):
    """At each step of `values` the profile without its fold and the steps that a window shares with it."""
    count, step = len(values), calendar.step
    period = SEASONS["week"] if "week" in candidates else SEASONS["day"] if "day" in candidates else step
    fold = max(period // step, -(-count // 64), 1)
    finest = next((s for s in ("day", "week") if s in candidates), "year")
    margin = horizon - 1 + (history if (history + horizon) * step > SEASONS[finest] else 0)
    rows = np.empty_like(values)
    for first in range(0, count, fold):
        last = min(first + fold, count)
        steps = np.r_[0 : max(0, first - margin), min(count, last + margin) : count]
        rows[first:last] = usual(values, seen, calendar, steps, kappa)[first:last]
    return rows


def shrinkage(values, seen, calendar, history, horizon):
    """κ of every season that lowers the squared error out of fold, coarse seasons first."""
    count, step = len(values), calendar.step
    candidates = [s for s, length in SEASONS.items() if length > step and count * step >= 2 * length]
    columns = np.arange(0, values.shape[1], max(1, values.shape[1] // JUDGED))
    values, seen = values[:, columns], seen[:, columns]
    masked = np.where(seen, values, np.nan)
    variance = np.nanvar(masked, 0)

    def error(kappa):
        rows = out_of_fold(values, seen, calendar, history, horizon, candidates, kappa)
        return np.mean((np.nanmean((masked - rows) ** 2, 0) / variance)[variance > 0])

    best, lowest = {}, error({})
    for season in candidates:
        trials = [(error(best | {season: k}), k) for k in PENALTIES]
        if min(trials)[0] < lowest * (1 - LEAST):
            lowest, k = min(trials)
            best[season] = k
    return best


def profile(values, seen, index, first, history, horizon):
    """Of all steps: as it is, and as a model in training may see it (the first `first` steps out of fold)."""
    calendar = Calendar(index)
    part = Calendar(index[:first])
    kappa = shrinkage(values[:first], seen[:first], part, history, horizon)
    plain = usual(values[:first], seen[:first], calendar, np.arange(first), kappa)
    training = plain.copy()
    training[:first] = out_of_fold(values[:first], seen[:first], part, history, horizon, list(kappa), kappa)
    return plain, training, kappa
