"""What `runtime-bench --write` wrote, for those who build the same model elsewhere."""
import pathlib

import numpy as np


class Case:
    """Weights by name, scaler, readings and calendar indices of one student."""

    # What the peers' models read and write, in the form that needs no reshaping.
    SHAPES = {
        "mlp": ([1, 12], [1, 12]), "stid-207": ([12, 207], [12, 207]), "gru-32": ([12, 1, 2], [1, 12]),
        "cnn": ([1, 24, 8], [1, 12]),
    }

    def __init__(self, name, folder):
        self.name, self.folder = name, pathlib.Path(folder)
        self.input, self.output = self.SHAPES[name]
        self.weights = {}
        for line in (self.folder / "manifest.txt").read_text().splitlines():
            key, *extents = line.split()
            shape = [int(extent) for extent in extents]
            if key == "shape.in":
                self.channels = shape[2]
            elif key != "shape.out":
                self.weights[key] = self.floats(key).reshape(shape)
        self.center, self.spread = self.floats("center"), self.floats("spread")
        self.readings = self.floats("readings").reshape(self.input)
        self.slots = np.fromfile(self.folder / "slots.bin", dtype=np.int64)

    def floats(self, name):
        return np.fromfile(self.folder / f"{name}.bin", dtype=np.float32)

    @property
    def target(self):
        """Entries of the scaler that forecasts are taken back with: the first channel of each node."""
        return self.center[:: self.channels], self.spread[:: self.channels]
