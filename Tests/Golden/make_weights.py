"""Writes Tests/LimbeckImportTests/Fixtures/weights-*: catalogued models as a PyTorch user writes them.

    python make_weights.py      # PyTorch 2.13, safetensors 0.8

Weights as safetensors under PyTorch's own names, in PyTorch's own layouts, and as JSON the windows
they were given, what came of them and the map from Limbeck's names to PyTorch's.
"""

import json
import os

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "LimbeckImportTests", "Fixtures")
B, T, H, N, C, WIDTH = 3, 12, 4, 5, 2, 8
DAY, WEEK = 24, 168
ORIGINS = torch.tensor([3, 30, 165])


class Net(nn.Module):
    """Place and calendar embeddings on top of the weekly profile; a subclass says what is below."""

    def __init__(self):
        super().__init__()
        self.register_buffer("profile", 0.5 * torch.randn(WEEK, N * C))
        self.node_emb = nn.Parameter(torch.randn(N, WIDTH))
        self.hour, self.first, self.last = (nn.Embedding(count, WIDTH) for count in (DAY, 7, 7))
        self.head = nn.Linear(WIDTH, H * C)

    def identity(self):
        day = lambda at: (ORIGINS + at) % WEEK // DAY
        time = self.hour(ORIGINS % DAY) + self.first(day(0)) + self.last(day(H - 1))
        return self.node_emb + time[:, None]

    def usual(self, first, count):
        at = (ORIGINS[:, None] + first + torch.arange(count)) % WEEK
        return self.profile[at].view(B, count, N, C)

    def forecast(self, x):
        y = self.head(torch.relu(x)) + by_place(self.usual(0, H))
        return y.view(B, N, H, C).transpose(1, 2)


def by_place(x):
    return x.transpose(1, 2).flatten(2)


class STID(Net):
    def __init__(self):
        super().__init__()
        self.embed = nn.Linear((2 * T + H) * C, WIDTH)
        self.layers = nn.ModuleList(
            nn.ModuleDict({"fc1": nn.Linear(WIDTH, WIDTH), "fc2": nn.Linear(WIDTH, WIDTH)}) for _ in range(2))

    def forward(self, history):
        past = self.usual(-T, T)
        x = torch.cat([by_place(history), by_place(self.usual(0, H)), by_place(history - past)], -1)
        x = self.embed(x) + self.identity()
        for layer in self.layers:
            x = x + layer["fc2"](torch.relu(layer["fc1"](x)))
        return self.forecast(x)


class Sequences(Net):
    """Each place's history as a sequence of its own."""

    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)

    def forward(self, history):
        x = torch.cat([history, history - self.usual(-T, T)], -1)
        state = self.over(x.transpose(1, 2).reshape(B * N, T, 2 * C))
        x = state.view(B, N, WIDTH) + self.identity()
        return self.forecast(x + self.fc2(torch.relu(self.fc1(x))))


class Recurrent(Sequences):
    def __init__(self, cell, layers):
        super().__init__()
        self.rnn = cell(2 * C, WIDTH, layers, batch_first=True)

    def over(self, x):
        return self.rnn(x)[0][:, -1]


class TCN(Sequences):
    def __init__(self, depthwise):
        super().__init__()
        self.embed = nn.Linear(2 * C, WIDTH)
        self.convs = nn.ModuleList(
            nn.Conv1d(WIDTH, WIDTH, 3, dilation=2**i, groups=WIDTH if depthwise else 1) for i in range(2))
        self.outs = nn.ModuleList(nn.Linear(WIDTH, WIDTH) for _ in range(2))

    def over(self, x):
        x = self.embed(x)
        for conv, out in zip(self.convs, self.outs):
            reach = 2 * conv.dilation[0]
            inner = torch.relu(conv(nn.functional.pad(x.transpose(1, 2), (reach, 0))))
            x = x + out(inner.transpose(1, 2))
        return x[:, -1]


def linear(ours, theirs):
    return {ours + "/weight": {"from": theirs + ".weight", "axes": "o i -> i o"}, ours + "/bias": theirs + ".bias"}


SHARED = {
    "profile/table": "profile", "place/table": "node_emb", "hour/table": "hour.weight",
    "firstDay/table": "first.weight", "lastDay/table": "last.weight", **linear("head", "head"),
}
SEQUENCES = {**SHARED, **linear("in", "fc1"), **linear("out", "fc2")}
GATES = {
    "layer*/input": {"from": "rnn.weight_ih_l*", "axes": "(g u) i -> g i u"},
    "layer*/state": {"from": "rnn.weight_hh_l*", "axes": "(g u) i -> g i u"},
    "layer*/inputBias": {"from": "rnn.bias_ih_l*", "axes": "(g u) -> g u"},
    "layer*/stateBias": {"from": "rnn.bias_hh_l*", "axes": "(g u) -> g u"},
}
CONVOLUTIONS = {
    **linear("input", "embed"), "block*/convolution/bias": "convs.*.bias",
    "block*/out/weight": {"from": "outs.*.weight", "axes": "o i -> i o"}, "block*/out/bias": "outs.*.bias",
}

CASES = {
    "stid": (STID, "stid", {"width": WIDTH, "blocks": 2}, {
        **SHARED, **linear("input", "embed"),
        "block*/in/weight": {"from": "layers.*.fc1.weight", "axes": "o i -> i o"},
        "block*/in/bias": "layers.*.fc1.bias",
        "block*/out/weight": {"from": "layers.*.fc2.weight", "axes": "o i -> i o"},
        "block*/out/bias": "layers.*.fc2.bias"}),
    "gru": (lambda: Recurrent(nn.GRU, 1), "recurrent", {"cell": "gru", "units": WIDTH}, {**SEQUENCES, **GATES}),
    "lstm": (lambda: Recurrent(nn.LSTM, 2), "recurrent", {"cell": "lstm", "units": WIDTH, "layers": 2},
             {**SEQUENCES, **GATES}),
    "tcn": (lambda: TCN(False), "temporal", {"width": WIDTH, "blocks": 2, "depthwise": False}, {
        **SEQUENCES, **CONVOLUTIONS,
        "block*/convolution/weight": {"from": "convs.*.weight", "axes": "o i k -> k i o"}}),
    "depthwise": (lambda: TCN(True), "temporal", {"width": WIDTH, "blocks": 2}, {
        **SEQUENCES, **CONVOLUTIONS,
        "block*/convolution/weight": {"from": "convs.*.weight", "axes": "c 1 k -> k c"}}),
}

# How the numbers are kept; the reference is computed from what they are afterwards.
TYPES = {"stid": torch.bfloat16, "gru": torch.float16, "depthwise": torch.float64}

for seed, (name, (build, model, configuration, names)) in enumerate(CASES.items()):
    torch.manual_seed(seed)
    net = build().eval()
    kept = {key: value.to(TYPES.get(name, torch.float32)).contiguous() for key, value in net.state_dict().items()}
    # What PyTorch keeps beside weights is no weight.
    kept["head.num_batches_tracked"] = torch.tensor(7)
    save_file(kept, os.path.join(FOLDER, f"weights-{name}.safetensors"), metadata={"made": "make_weights.py"})
    net.load_state_dict({key: value.float() for key, value in kept.items() if value.is_floating_point()})
    history = torch.randn(B, T, N, C)
    with torch.no_grad():
        output = net(history)
    steps = lambda first, count: ((ORIGINS[:, None] + first + torch.arange(count)) % WEEK)
    calendar = {
        "calendar.stepOfDay.0.1": steps(0, 1) % DAY, "calendar.weekday.0.1": steps(0, 1) // DAY,
        f"calendar.weekday.{H - 1}.1": steps(H - 1, 1) // DAY,
        f"calendar.stepOfWeek.{-T}.{T}": steps(-T, T), f"calendar.stepOfWeek.0.{H}": steps(0, H),
    }
    with open(os.path.join(FOLDER, f"weights-{name}.json"), "w") as file:
        json.dump({
            "model": model, "configuration": configuration, "names": names,
            "history": [round(float(v), 7) for v in history.flatten()],
            "output": [float(np.float32(v)) for v in output.flatten()],
            "calendar": {key: value.flatten().tolist() for key, value in calendar.items()},
        }, file)
    print(name, sum(v.numel() for v in kept.values()), "numbers")
