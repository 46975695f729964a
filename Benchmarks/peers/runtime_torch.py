"""PyTorch's side of `make bench-runtime`: the same model as people write it, one thread, one forecast.

    runtime_torch.py CASE FOLDER eager|jit|compile
"""
import io
import sys
import time

import torch
from torch import nn

from runtime_case import Case

torch.set_num_threads(1)
torch.set_grad_enabled(False)


class Scaled(nn.Module):
    def __init__(self, case, network):
        super().__init__()
        self.network = network
        target = case.target
        values = dict(center=case.center, spread=case.spread, target_center=target[0], target_spread=target[1])
        for name, value in values.items():
            self.register_buffer(name, torch.tensor(value))

    def forward(self, history, *slots):
        return self.network((history - self.center) / self.spread, *slots) * self.target_spread + self.target_center


class STID(nn.Module):
    def __init__(self, load):
        super().__init__()
        self.input, self.head = load.dense("input"), load.dense("head")
        self.place = nn.Parameter(load["place"])
        self.time, self.day = (nn.Embedding.from_pretrained(load[name]) for name in ("timeOfDay", "weekday"))
        self.blocks = nn.ModuleList(
            nn.Sequential(load.dense(f"block{n}.in"), nn.ReLU(), load.dense(f"block{n}.out")) for n in range(3))

    def forward(self, history, time, day):
        x = self.input(history.T)
        z = torch.cat([x, self.place, self.time(time).expand_as(x), self.day(day).expand_as(x)], dim=1)
        for block in self.blocks:
            z = z + block(z)
        return self.head(z).T


class Recurrent(nn.Module):
    def __init__(self, load):
        super().__init__()
        self.gru = nn.GRU(2, 32)
        for name, value in dict(weight_ih_l0=load["gates.weight"].T, weight_hh_l0=load["state.weight"].T,
                                bias_ih_l0=load["gates.bias"], bias_hh_l0=load["state.bias"]).items():
            getattr(self.gru, name).copy_(value)
        self.head = load.dense("head")

    def forward(self, history):
        return self.head(self.gru(history)[1][0])


class Convolutional(nn.Module):
    def __init__(self, load):
        super().__init__()
        layers = []
        for layer, channels in enumerate((8, 32)):
            depthwise = nn.Conv1d(channels, channels, 3, padding=1, groups=channels)
            depthwise.weight.copy_(load[f"depthwise{layer}.weight"][0].permute(2, 1, 0))
            depthwise.bias.copy_(load[f"depthwise{layer}.bias"])
            pointwise = nn.Conv1d(channels, 32, 1)
            pointwise.weight.copy_(load[f"pointwise{layer}.weight"].T[:, :, None])
            pointwise.bias.copy_(load[f"pointwise{layer}.bias"])
            layers += [depthwise, pointwise, nn.ReLU()]
        self.layers, self.head = nn.Sequential(*layers), load.dense("head")

    def forward(self, history):
        return self.head(self.layers(history.transpose(1, 2)).mean(2))


class Load:
    """Weights of a case as tensors, and dense layers of them."""

    def __init__(self, case):
        self.weights = {name: torch.tensor(values) for name, values in case.weights.items()}

    def __getitem__(self, name):
        return self.weights[name]

    def dense(self, name):
        weight, bias = self[name + ".weight"], self[name + ".bias"]
        layer = nn.Linear(*weight.shape)
        layer.weight.copy_(weight.T)
        layer.bias.copy_(bias)
        return layer


def network(case, load):
    if case.name == "mlp":
        return nn.Sequential(load.dense("hidden"), nn.ReLU(), load.dense("head"))
    return {"stid-207": STID, "gru-32": Recurrent, "cnn": Convolutional}[case.name](load)


case = Case(sys.argv[1], sys.argv[2])
how = sys.argv[3]
inputs = [torch.tensor(case.readings)] + [torch.tensor([int(slot)]) for slot in case.slots]
model = Scaled(case, network(case, Load(case))).eval()
file = io.BytesIO()
if how == "jit":
    model = torch.jit.freeze(torch.jit.trace(model, inputs))
    torch.jit.save(model, file)
elif how == "compile":
    torch.save(model, file)
    model = torch.compile(model, dynamic=False)
else:
    torch.save(model, file)


def load():
    file.seek(0)
    return torch.jit.load(file) if how == "jit" else torch.load(file, weights_only=False)


def timed(count, body):
    times = []
    for _ in range(count):
        start = time.perf_counter_ns()
        body()
        times.append(time.perf_counter_ns() - start)
    return " ".join(map(str, times))


def batch():
    for _ in range(100):
        model(*inputs)


with torch.inference_mode():
    for _ in range(3):
        model(*inputs)
    for line in sys.stdin:
        word, count = (line.split() + ["0"])[:2]
        if word == "output":
            print(" ".join(f"{value:.9g}" for value in model(*inputs).flatten().tolist()), flush=True)
        elif word == "warm":
            for _ in range(int(count)):
                model(*inputs)
            print("warm", flush=True)
        elif word == "run":
            print(timed(int(count), lambda: model(*inputs)), flush=True)
        elif word == "batch":
            print(timed(int(count), batch), flush=True)
        elif word == "load" and how != "compile":
            print(timed(int(count), lambda: load()(*inputs)), flush=True)
        else:
            break
