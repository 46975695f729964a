"""A graph network in PyTorch, after Graph WaveNet (Wu et al. 2019): torch-graph.onnx and forecasts.npz.

    pip install torch onnx
    python train_torch.py

Gated dilated convolutions over the last two days; after each, counters exchange what they know over a
graph that is learned. It corrects a linear map of the whole week, which all counters share.
"""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from pedestrians import HISTORY, HORIZON, load, training

torch.manual_seed(1)
times, places, values = load()
x, y, mean, deviation = training(values)


class GraphNetwork(nn.Module):
    """[B, 168, N] counts to [B, 12, N] counts."""

    def __init__(self, nodes, width=32, layers=5):
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean)[None, None])
        self.register_buffer("deviation", torch.tensor(deviation)[None, None])
        self.left, self.right = nn.Parameter(torch.randn(nodes, 8) / 3), nn.Parameter(torch.randn(8, nodes) / 3)
        self.week = nn.Linear(HISTORY, HORIZON)
        self.start, self.place = nn.Conv2d(1, width, 1), nn.Parameter(torch.zeros(1, width, nodes, 1))
        self.filters = nn.ModuleList(nn.Conv2d(width, width, (1, 2), dilation=(1, 2**i)) for i in range(layers))
        self.gates = nn.ModuleList(nn.Conv2d(width, width, (1, 2), dilation=(1, 2**i)) for i in range(layers))
        self.mixes = nn.ModuleList(nn.Conv2d(2 * width, width, 1) for _ in range(layers))
        self.norms = nn.ModuleList(nn.BatchNorm2d(width) for _ in range(layers))
        self.skips = nn.ModuleList(nn.Conv2d(width, 128, 1) for _ in range(layers))
        self.head = nn.Conv2d(128, HORIZON, 1)

    def forward(self, counts):
        scaled = (counts - self.mean) / self.deviation
        graph = torch.softmax(torch.relu(self.left @ self.right), dim=1)
        x = self.start(scaled[:, -48:].transpose(1, 2).unsqueeze(1)) + self.place  # B, width, N, T
        skip = 0
        for filter, gate, mix, norm, skips in zip(self.filters, self.gates, self.mixes, self.norms, self.skips):
            before = x
            x = torch.tanh(filter(x)) * torch.sigmoid(gate(x))
            skip = skip + skips(x[..., -1:])
            x = mix(torch.cat([x, torch.einsum("ncvl,vw->ncwl", x, graph)], dim=1))
            x = norm(x + before[..., -x.shape[3]:])
        change = self.head(F.relu(skip)).squeeze(3)
        week = self.week(scaled.transpose(1, 2)).transpose(1, 2)
        return (week + change) * self.deviation + self.mean


model, epochs = GraphNetwork(len(places)), 6
inputs, targets = torch.tensor(x), torch.tensor(y)
optimizer = torch.optim.Adam(model.parameters(), 0.003)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * (len(x) // 64))
for epoch in range(epochs):
    total = 0.0
    for batch in torch.randperm(len(x)).split(64)[: len(x) // 64]:
        loss = (model(inputs[batch]) - targets[batch]).abs().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        total += loss.item()
    print(f"epoch {epoch + 1}: {total / (len(x) // 64):.2f}", flush=True)

model.eval()
torch.onnx.export(
    model, (inputs[:2],), "torch-graph.onnx", input_names=["counts"], output_names=["forecast"], dynamo=False,
    opset_version=17, dynamic_axes={"counts": {0: "windows"}, "forecast": {0: "windows"}})

# The same as forecasts alone: every window, by the time of its first step.
origins = np.arange(HISTORY, len(values) - HORIZON + 1)
with torch.no_grad():
    parts = [
        model(torch.tensor(np.stack([values[o - HISTORY : o] for o in chunk]))).numpy()
        for chunk in np.array_split(origins, 100)
    ]
np.savez_compressed(
    "forecasts.npz", values=np.concatenate(parts)[..., None], origins=np.array([times[o] for o in origins]),
    places=np.array(places))
