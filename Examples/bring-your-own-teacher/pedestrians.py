"""The Auckland pedestrian counters that Limbeck embeds, as NumPy arrays."""

import gzip
import os

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
FILE = os.path.join(HERE, "..", "..", "Sources", "CLimbeckDatasets", "auckland_2024_2025.csv.gz")
HISTORY, HORIZON = 168, 12


def load():
    """Times, places and [hours, places] counts, gaps filled with the last reading."""
    with gzip.open(FILE, "rt", encoding="utf-8") as file:
        places = file.readline().rstrip("\n").split(",")[1:]
        rows = [line.rstrip("\n").split(",") for line in file]
    times = [row[0] for row in rows]
    values = np.array([[float(cell) if cell else np.nan for cell in row[1:]] for row in rows], np.float32)
    for step in range(1, len(values)):
        missing = np.isnan(values[step])
        values[step, missing] = values[step - 1, missing]
    return times, places, np.nan_to_num(values)


def training(values, train=0.7):
    """Windows of the training part: [windows, 168, places] and [windows, 12, places]; its means and deviations."""
    part = values[: int(len(values) * train)]
    origins = range(HISTORY, len(part) - HORIZON + 1)
    x = np.stack([part[origin - HISTORY : origin] for origin in origins])
    y = np.stack([part[origin : origin + HORIZON] for origin in origins])
    return x, y, part.mean(0), part.std(0)
