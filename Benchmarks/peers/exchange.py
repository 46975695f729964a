"""What `training-bench --exchange` wrote: weights, inputs, and the loss and gradients to be found."""
import json
import pathlib
import resource
import statistics
import sys
import time

import numpy as np


class Exchange:
    def __init__(self, folder):
        folder = pathlib.Path(folder)
        manifest = json.loads((folder / "manifest.json").read_text())
        self.loss = manifest["loss"]
        kinds = {"input": {}, "constant": {}, "parameter": {}, "state": {}, "gradient": {}}
        for entry in manifest["entries"]:
            values = np.fromfile(folder / entry["file"], dtype=entry["type"]).reshape(entry["shape"])
            kinds[entry["kind"]][entry["name"]] = values
        self.inputs, self.constants = kinds["input"], kinds["constant"]
        self.parameters, self.states, self.gradients = kinds["parameter"], kinds["state"], kinds["gradient"]

    def difference(self, loss, gradients):
        """Of the loss and of all gradients together, relative to their length; and by tensor.

        Lengths rather than single numbers: among millions of activations some lie so near a kink of
        relu that rounding decides.
        """
        theirs = {name: np.asarray(gradients[name]).reshape(ours.shape) for name, ours in self.gradients.items()}
        length = np.sqrt(sum(float((g.astype(np.float64) ** 2).sum()) for g in self.gradients.values()))
        parts = {name: float(np.linalg.norm((ours - theirs[name]).ravel())) for name, ours in self.gradients.items()}
        whole = np.sqrt(sum(part ** 2 for part in parts.values())) / length
        self.worst = 0.0
        for name, ours in self.gradients.items():
            own = float(np.linalg.norm(ours.ravel()))
            # What is nothing beside the whole, such as a bias before a batch norm, is rounding.
            if own > 1e-4 * length:
                self.worst = max(self.worst, parts[name] / own)
        return max(whole, abs(loss - self.loss) / abs(self.loss))


def tell(**values):
    print(json.dumps(values), flush=True)


def usage():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"peakMegabytes": used.ru_maxrss / 1024, "minorFaults": used.ru_minflt}


def serve(step):
    """A step for each line read, or the median of as many as it names; `step()` returns the loss as a
    number, which waits for the work."""
    for line in sys.stdin:
        words = line.split()
        if words[:1] != ["step"]:
            break
        times = []
        for _ in range(int(words[1]) if len(words) > 1 else 1):
            begin = time.perf_counter()
            loss = step()
            times.append((time.perf_counter() - begin) * 1e3)
        tell(milliseconds=statistics.median(times), loss=loss)
    tell(**usage())
