"""Plants faults in speeds of roads, for `task.kind: detect`: no set of many sensors at hand says when one of them was
wrong. Seeded, and planted in the test part alone: what comes before the last fifth of the steps is left as it was.

    python3 Examples/recipes/faults.py $LIMBECK_DATA OUT [--seed 1] [--set pems_bay_67 metr_la_29]

writes OUT/SET.csv, the series with its faults, wide as the source, and OUT/SET.labels.csv (place, start, end, kind; end
exclusive). Zeros of the source are missing and stay so. There are twelve faults of each kind:

stuck    the last reading is repeated, 2 to 12 h
drift    a bias of either sign that grows evenly over 6 to 24 h to 15 to 35 % of the place's mean, and is gone after
swapped  two places exchanged for 6 to 24 h; both are labelled. Their hourly means differ by 8 % of the mean or more over
         that time, as nobody can tell two free roads apart
jam      speed falls to 25 to 50 % for 1 to 3 h, and two to four steps later at one or two neighbours; each is labelled.
         Where and when there is hardly ever one: 19 of 20 readings of that place and hour, on working days or on others,
         reach 85 % of free flow, and so do the readings before
held     not planted: the source itself repeats one reading for 2 h or more, anywhere; a sensor that is stuck, and no false
         alarm

Faults of one place lie 6 h or more apart. Speeds keep two decimals.
"""

import argparse
import csv
import lzma
import pathlib
from datetime import datetime

import numpy as np

SETS = {"pems_bay_67": "adj_67.csv", "metr_la_29": "adj_29.csv"}
FAULTS, HOUR, APART, TEST = 12, 12, 72, 0.8
BIAS, CONTRAST, DEPTH = (0.15, 0.35), 0.08, (0.25, 0.5)


class Plot:
    """Readings, and what is planted in them."""

    def __init__(self, values, hours, weights, draw):
        self.source, self.values, self.draw = values, values.copy(), draw
        self.count, self.places = values.shape
        self.first = int(self.count * TEST + 1e-9)
        self.taken = np.zeros(values.shape, bool)
        self.labels = []
        train = values[: self.first]
        self.mean = np.nanmean(train, axis=0)
        self.free = np.nanpercentile(train, 85, axis=0)
        low = np.stack([np.nanpercentile(train[hours[: self.first] == hour], 5, axis=0) for hour in range(48)])
        self.easy = (low >= 0.85 * self.free)[hours]
        self.weights = weights

    def held(self):
        """What the source has of its own."""
        for place in range(self.places):
            column, start = self.source[:, place], 0
            for step in range(1, self.count + 1):
                if step == self.count or column[step] != column[start]:
                    if step - start > 2 * HOUR:
                        self.label(start + 1, step, place, "held")
                    start = step

    def label(self, start, end, place, kind):
        self.labels.append((start, end, place, kind))
        self.taken[max(0, start - APART):end + APART, place] = True

    def clear(self, start, end, place):
        """Whether a fault may lie here: inside the test part, none near, and nine of ten readings there."""
        if start < self.first + APART or end > self.count - APART or self.taken[start:end, place].any():
            return False
        return np.isfinite(self.source[start - 1:end, place]).mean() >= 0.9

    def interval(self, low, high):
        """A length between so many hours, and a start."""
        length = int(self.draw.integers(low * HOUR, high * HOUR + 1))
        start = int(self.draw.integers(self.first, self.count - length))
        return start, start + length

    def stuck(self):
        (start, end), place = self.interval(2, 12), int(self.draw.integers(self.places))
        if not self.clear(start, end, place) or np.isnan(self.source[start - 1, place]):
            return False
        self.values[start:end, place] = np.where(
            np.isnan(self.source[start:end, place]), np.nan, self.source[start - 1, place])
        self.label(start, end, place, "stuck")
        return True

    def drift(self):
        (start, end), place = self.interval(6, 24), int(self.draw.integers(self.places))
        if not self.clear(start, end, place):
            return False
        bias = self.draw.choice([-1, 1]) * self.draw.uniform(*BIAS) * self.mean[place]
        self.values[start:end, place] += bias * np.arange(1, end - start + 1) / (end - start)
        self.label(start, end, place, "drift")
        return True

    def swapped(self):
        (start, end), pair = self.interval(6, 24), self.draw.choice(self.places, 2, replace=False)
        if not all(self.clear(start, end, place) for place in pair):
            return False
        both = self.source[start:start + (end - start) // HOUR * HOUR, pair].reshape(-1, HOUR, 2)
        if np.isnan(both).all(axis=1).any():
            return False
        hourly = np.nanmean(both, axis=1)
        if np.abs(hourly[:, 0] - hourly[:, 1]).mean() < CONTRAST * self.mean[pair].mean():
            return False
        self.values[start:end, pair] = self.source[start:end, pair[::-1]]
        for place in pair:
            self.label(start, end, place, "swapped")
        return True

    def jam(self):
        (start, end), place = self.interval(1, 3), int(self.draw.integers(self.places))
        near = np.argsort(-self.weights[place])[: self.draw.integers(1, 3)]
        hit, delay = [(place, start)], 0
        for other in near[self.weights[place, near] > 0]:
            delay += int(self.draw.integers(2, 5))
            hit.append((int(other), start + delay))
        length = end - start
        for other, begin in hit:
            before = self.source[begin - 3:begin, other] >= 0.85 * self.free[other]
            if not self.clear(begin, begin + length, other) or not before.all():
                return False
            if not self.easy[begin:begin + length, other].all():
                return False
        if len(hit) < 2:
            return False
        for other, begin in hit:
            # In over two to four steps, out over six; the noise of a crowded road on the way.
            depth, fall = self.draw.uniform(*DEPTH), int(self.draw.integers(2, 5))
            shape = np.minimum(1, np.minimum(np.arange(1, length + 1) / fall, np.arange(length, 0, -1) / 6))
            noise = np.zeros(length)
            for step in range(1, length):
                noise[step] = 0.7 * noise[step - 1] + self.draw.normal(0, 0.04)
            share = 1 - shape * (1 - depth - noise)
            self.values[begin:begin + length, other] *= np.clip(share, 0.08, 1)
            self.label(begin, begin + length, other, "jam")
        return True


def read(folder, name):
    with lzma.open(folder / f"{name}.csv.xz", "rt") as text:
        rows = list(csv.reader(text))
    values = np.array([[float(cell) if cell else np.nan for cell in row[1:]] for row in rows[1:]])
    values[values == 0] = np.nan
    with open(folder / SETS[name]) as text:
        weights = np.array([[float(cell) for cell in row] for row in csv.reader(text)])
    weights = np.maximum(weights, weights.T)
    np.fill_diagonal(weights, 0)
    return rows[0], [row[0] for row in rows[1:]], values, weights


def plant(times, values, weights, seed):
    stamps = [datetime.fromisoformat(time) for time in times]
    hours = np.array([stamp.hour + 24 * (stamp.weekday() >= 5) for stamp in stamps])
    plot = Plot(values, hours, weights, np.random.default_rng(seed))
    plot.held()
    # The kinds that need most room first.
    for kind in (plot.swapped, plot.drift, plot.jam, plot.stuck):
        planted = tried = 0
        while planted < FAULTS:
            planted += kind()
            tried += 1
            if tried > 200_000:
                raise SystemExit(f"faults.py: no room for {FAULTS} faults of the kind {kind.__name__}.")
    plot.labels.sort()
    return plot


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--set", nargs="+", default=list(SETS), choices=SETS)
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    for name in arguments.set:
        header, times, values, weights = read(arguments.data / name, name)
        plot = plant(times, values, weights, arguments.seed)
        with open(arguments.output / f"{name}.csv", "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            for time, row in zip(times, plot.values):
                writer.writerow([time] + ["" if np.isnan(value) else f"{value:.2f}".rstrip("0").rstrip(".") for value in row])
        with open(arguments.output / f"{name}.labels.csv", "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["place", "start", "end", "kind"])
            for start, end, place, kind in plot.labels:
                writer.writerow([header[1 + place], times[start], times[min(end, len(times) - 1)], kind])
        kinds = [kind for *_, kind in plot.labels]
        told = ", ".join(f"{kinds.count(kind)} {kind}" for kind in ("stuck", "drift", "swapped", "jam", "held"))
        print(f"{name}: {told}")


if __name__ == "__main__":
    main()
