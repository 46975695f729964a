"""The same steps in PyTorch, as people write them: nn.Module, [B, C, N, T], fused Adam."""
import argparse

import torch
import torch.nn.functional as F
from torch import nn

from exchange import Exchange, serve, tell


class Dense64(nn.Module):
    def __init__(self, _):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(24, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))

    def forward(self, inputs, dropout):
        return F.binary_cross_entropy_with_logits(self.layers(inputs["features"]), inputs["labels"])

    def weights(self):
        for index, path in [(0, "layer0"), (2, "layer1"), (4, "output")]:
            yield path + "/weight", self.layers[index].weight, lambda w: w.T
            yield path + "/bias", self.layers[index].bias, None


class STID207(nn.Module):
    """As in the authors' repository: 1×1 convolutions over [B, C, N, 1]."""

    def __init__(self, _):
        super().__init__()
        self.input = nn.Conv2d(12, 32, 1)
        self.node = nn.Parameter(torch.empty(207, 32))
        self.time_of_day = nn.Parameter(torch.empty(288, 32))
        self.weekday = nn.Parameter(torch.empty(7, 32))
        self.inner = nn.ModuleList(nn.Conv2d(128, 128, 1) for _ in range(3))
        self.outer = nn.ModuleList(nn.Conv2d(128, 128, 1) for _ in range(3))
        self.head = nn.Conv2d(128, 12, 1)

    def forward(self, inputs, dropout):
        batch, _, nodes = inputs["history"].shape
        x = self.input(inputs["history"].unsqueeze(-1))
        spread = lambda rows: rows[:, :, None].expand(-1, -1, nodes).unsqueeze(-1)
        place = self.node.T[None].expand(batch, -1, -1).unsqueeze(-1)
        hour, day = self.time_of_day[inputs["timeOfDay"]], self.weekday[inputs["weekday"]]
        z = torch.cat([x, place, spread(hour), spread(day)], dim=1)
        for inner, outer in zip(self.inner, self.outer):
            z = z + outer(F.dropout(F.relu(inner(z)), 0.15 if dropout else 0.0))
        return F.l1_loss(self.head(z).squeeze(-1), inputs["expected"])

    def weights(self):
        point = lambda w: w.T[:, :, None, None]
        for path, layer in [("input", self.input), ("head", self.head)]:
            yield path + "/weight", layer.weight, point
            yield path + "/bias", layer.bias, None
        for index in range(3):
            for part, layers in [("in", self.inner), ("out", self.outer)]:
                yield f"block{index}/{part}/weight", layers[index].weight, point
                yield f"block{index}/{part}/bias", layers[index].bias, None
        yield "place/table", self.node, None
        yield "timeOfDay/table", self.time_of_day, None
        yield "weekday/table", self.weekday, None


class GraphWaveNet207(nn.Module):
    """As published by its authors (Graph-WaveNet/model.py), except that the supports multiply from
    the left as in the paper's equation 6, by einsum over [B, C, N, T]."""

    def __init__(self, exchange):
        super().__init__()
        for name in ("forward", "backward"):
            self.register_buffer("support_" + name, torch.tensor(exchange.constants[name]))
        self.source, self.target = nn.Parameter(torch.empty(207, 10)), nn.Parameter(torch.empty(207, 10))
        self.start = nn.Conv2d(1, 32, 1)
        layers = range(8)
        self.filters = nn.ModuleList(nn.Conv2d(32, 32, (1, 2), dilation=2 ** (l % 2)) for l in layers)
        self.gates = nn.ModuleList(nn.Conv2d(32, 32, (1, 2), dilation=2 ** (l % 2)) for l in layers)
        self.skips = nn.ModuleList(nn.Conv2d(32, 256, 1) for _ in layers)
        self.mixes = nn.ModuleList(nn.Conv2d(7 * 32, 32, 1) for _ in layers)
        self.norms = nn.ModuleList(nn.BatchNorm2d(32) for _ in layers)
        self.end, self.head = nn.Conv2d(256, 512, 1), nn.Conv2d(512, 12, 1)

    def forward(self, inputs, dropout):
        x = F.pad(inputs["history"].permute(0, 3, 2, 1), (1, 0))
        x, skip = self.start(x), None
        learned = F.softmax(F.relu(self.source @ self.target.T), dim=1)
        for layer in range(8):
            residual = x
            x = torch.tanh(self.filters[layer](x)) * torch.sigmoid(self.gates[layer](x))
            part = self.skips[layer](x)
            skip = part if skip is None else part + skip[..., -part.size(3):]
            parts = [x]
            for support in (self.support_forward, self.support_backward, learned):
                power = x
                for _ in range(2):
                    power = torch.einsum("wv,bcvt->bcwt", support, power)
                    parts.append(power)
            x = F.dropout(self.mixes[layer](torch.cat(parts, dim=1)), 0.3 if dropout else 0.0)
            x = self.norms[layer](x + residual[..., -x.size(3):])
        x = self.head(F.relu(self.end(F.relu(skip))))
        return F.l1_loss(x[..., -1], inputs["expected"].squeeze(-1))

    def weights(self):
        point = lambda w: w.T[:, :, None, None]
        tap = lambda w: w.permute(2, 1, 0).unsqueeze(2)
        mix = lambda w: w.reshape(-1, w.shape[-1]).T[:, :, None, None]
        yield "graph/source", self.source, None
        yield "graph/target", self.target, None
        for path, layer in [("start", self.start), ("end", self.end), ("head", self.head)]:
            yield path + "/weight", layer.weight, point
            yield path + "/bias", layer.bias, None
        for index in range(8):
            for path, layer, change in [
                ("filter", self.filters, tap), ("gate", self.gates, tap), ("skip", self.skips, point),
                ("diffusion", self.mixes, mix),
            ]:
                yield f"layer{index}/{path}/weight", layer[index].weight, change
                yield f"layer{index}/{path}/bias", layer[index].bias, None
            yield f"layer{index}/norm/scale", self.norms[index].weight, None
            yield f"layer{index}/norm/shift", self.norms[index].bias, None


class GRU64(nn.Module):
    """Encoder nn.GRU over all steps at once, decoder step by step on its own last forecast."""

    def __init__(self, _):
        super().__init__()
        self.encoder, self.decoder = nn.GRU(1, 64, 2), nn.GRU(1, 64, 2)
        self.head = nn.Linear(64, 1)

    def forward(self, inputs, dropout):
        batch, steps, nodes = inputs["history"].shape
        history = inputs["history"].transpose(0, 1).reshape(steps, batch * nodes, 1)
        _, state = self.encoder(history)
        last, forecasts = history[-1:], []
        for _ in range(steps):
            output, state = self.decoder(last, state)
            last = self.head(output)
            forecasts.append(last)
        forecast = torch.cat(forecasts).reshape(steps, batch, nodes).transpose(0, 1)
        return F.l1_loss(forecast, inputs["expected"])

    def weights(self):
        gates = lambda w: w.permute(0, 2, 1)
        for path, gru in [("encoder", self.encoder), ("decoder", self.decoder)]:
            for layer in range(2):
                for part, name, change in [
                    ("input", "weight_ih", gates), ("state", "weight_hh", gates),
                    ("inputBias", "bias_ih", None), ("stateBias", "bias_hh", None),
                ]:
                    yield f"{path}/layer{layer}/{part}", getattr(gru, f"{name}_l{layer}"), change
        yield "head/weight", self.head.weight, lambda w: w.T
        yield "head/bias", self.head.bias, None


class ConvVGG(nn.Module):
    def __init__(self, _):
        super().__init__()
        widths = [3, 32, 32, 64, 64, 128, 128]
        self.convolutions = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1) for a, b in zip(widths, widths[1:]))
        self.hidden, self.output = nn.Linear(4 * 4 * 128, 256), nn.Linear(256, 10)

    def forward(self, inputs, dropout):
        x = inputs["images"].permute(0, 3, 1, 2)
        for index, convolution in enumerate(self.convolutions):
            x = F.relu(convolution(x))
            if index % 2:
                x = F.max_pool2d(x, 2)
        x = F.relu(self.hidden(x.permute(0, 2, 3, 1).flatten(1)))
        return F.cross_entropy(self.output(x), inputs["labels"])

    def weights(self):
        for index, convolution in enumerate(self.convolutions):
            yield f"conv{index // 2}{index % 2}/weight", convolution.weight, lambda w: w.permute(3, 2, 0, 1)
            yield f"conv{index // 2}{index % 2}/bias", convolution.bias, None
        for path, layer in [("hidden", self.hidden), ("output", self.output)]:
            yield path + "/weight", layer.weight, lambda w: w.T
            yield path + "/bias", layer.bias, None


class Attention207(nn.Module):
    """As in the authors' repository (STAEformer), one layer over time and one over places; eager, with
    scaled_dot_product_attention in place of their matmul and softmax."""

    class Layer(nn.Module):
        def __init__(self):
            super().__init__()
            self.dense = nn.ModuleDict({part: nn.Linear(152, 152) for part in ("query", "key", "value", "output")})
            self.norms = nn.ModuleList(nn.LayerNorm(152) for _ in range(2))
            self.inner, self.outer = nn.Linear(152, 256), nn.Linear(256, 152)

        def forward(self, x, dropout):
            rate = 0.1 if dropout else 0.0
            q, k, v = (self.dense[part](x) for part in ("query", "key", "value"))
            if torch.compiler.is_compiling():
                # As the authors write it: heads side by side in the batch. PyTorch 2.13 compiles the
                # form below to wrong numbers here (the comparison of results found it).
                heads = lambda z: torch.cat(torch.split(z, 38, dim=-1), dim=0)
                weights = torch.softmax(heads(q) @ heads(k).transpose(-1, -2) / 38 ** 0.5, dim=-1)
                found = torch.cat(torch.split(weights @ heads(v), x.shape[0], dim=0), dim=-1)
            else:
                heads = lambda z: z.unflatten(-1, (4, 38)).transpose(-2, -3)
                found = F.scaled_dot_product_attention(heads(q), heads(k), heads(v))
                found = found.transpose(-2, -3).flatten(-2)
            found = self.dense["output"](found)
            x = self.norms[0](x + F.dropout(found, rate))
            return self.norms[1](x + F.dropout(self.outer(F.relu(self.inner(x))), rate))

    def __init__(self, _):
        super().__init__()
        self.input, self.head = nn.Linear(1, 24), nn.Linear(12 * 152, 12)
        self.time_of_day, self.weekday = nn.Embedding(288, 24), nn.Embedding(7, 24)
        self.adaptive = nn.Parameter(torch.empty(12, 207, 80))
        self.over_time, self.over_places = self.Layer(), self.Layer()

    def forward(self, inputs, dropout):
        batch, steps, nodes = inputs["history"].shape
        spread = lambda rows: rows[:, :, None, :].expand(-1, -1, nodes, -1)
        x = torch.cat([
            self.input(inputs["history"].unsqueeze(-1)), spread(self.time_of_day(inputs["timeOfDay"])),
            spread(self.weekday(inputs["weekday"])), self.adaptive.expand(batch, -1, -1, -1)], dim=-1)
        x = self.over_time(x.transpose(1, 2), dropout).transpose(1, 2)
        x = self.over_places(x, dropout).transpose(1, 2).flatten(2)
        return F.l1_loss(self.head(x).transpose(1, 2), inputs["expected"])

    def weights(self):
        for path, layer in [("input", self.input), ("head", self.head)]:
            yield path + "/weight", layer.weight, lambda w: w.T
            yield path + "/bias", layer.bias, None
        yield "timeOfDay/table", self.time_of_day.weight, None
        yield "weekday/table", self.weekday.weight, None
        yield "adaptive/table", self.adaptive, lambda w: w.transpose(0, 1)
        for path, layer in [("time", self.over_time), ("space", self.over_places)]:
            for part, dense in [*((f"attention/{k}", v) for k, v in layer.dense.items()),
                                ("in", layer.inner), ("out", layer.outer)]:
                yield f"{path}/{part}/weight", dense.weight, lambda w: w.T
                yield f"{path}/{part}/bias", dense.bias, None
            for index, norm in enumerate(layer.norms):
                yield f"{path}/norm{index}/scale", norm.weight, None
                yield f"{path}/norm{index}/shift", norm.bias, None


class GraphWaveNet207OurLayout(nn.Module):
    """The same network as we compute it, [T, N, B, C] and Horner's rule, so that layout and engine are
    told apart."""

    def __init__(self, exchange):
        super().__init__()
        self.exchange = exchange
        self.supports = [torch.tensor(exchange.constants[name]) for name in ("forward", "backward")]
        self.weight = nn.ParameterDict({
            path.replace("/", "|"): nn.Parameter(torch.empty(*values.shape))
            for path, values in exchange.parameters.items()})
        self.running = nn.ModuleList(nn.BatchNorm1d(32, affine=False) for _ in range(8))

    def forward(self, inputs, dropout):
        p = lambda path: self.weight[path.replace("/", "|")]
        dense = lambda path, x: x @ p(path + "/weight") + p(path + "/bias")
        x = F.pad(inputs["history"].permute(1, 2, 0, 3), (0, 0, 0, 0, 0, 0, 1, 0)).contiguous()
        x, skip = dense("start", x), None
        learned = F.softmax(F.relu(p("graph/source") @ p("graph/target").T), dim=1)
        mix = lambda s, x: (s @ x.flatten(2)).view(x.shape)
        for layer in range(8):
            place, reach, residual = f"layer{layer}/", 2 ** (layer % 2), x
            taps = lambda part: (x[:-reach] @ p(place + part + "/weight")[0]
                                 + x[reach:] @ p(place + part + "/weight")[1] + p(place + part + "/bias"))
            x = torch.tanh(taps("filter")) * torch.sigmoid(taps("gate"))
            part = dense(place + "skip", x[-1])
            skip = part if skip is None else part + skip
            w = p(place + "diffusion/weight")
            total = x @ w[0] + p(place + "diffusion/bias")
            for index, support in enumerate([*self.supports, learned]):
                total = total + mix(support, x @ w[1 + 2 * index] + mix(support, x @ w[2 + 2 * index]))
            x = F.dropout(total, 0.3 if dropout else 0.0) + residual[-total.shape[0]:]
            flat = self.running[layer](x.reshape(-1, 32)).view(x.shape)
            x = flat * p(place + "norm/scale") + p(place + "norm/shift")
        x = dense("head", F.relu(dense("end", F.relu(skip))))
        return F.l1_loss(x.permute(1, 2, 0), inputs["expected"].squeeze(-1))

    def weights(self):
        for path in self.exchange.parameters:
            yield path, self.weight[path.replace("/", "|")], None


CASES = {"dense-64": (Dense64, 0), "stid-207": (STID207, 5), "gwnet-207": (GraphWaveNet207, 5),
         "gru-64": (GRU64, 5), "conv-vgg": (ConvVGG, 5), "attn-207": (Attention207, 5)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("case", choices=CASES)
    parser.add_argument("--exchange", required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--layout", action="store_true", help="gwnet-207 in our layout")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    exchange = Exchange(arguments.exchange)
    make, clip = CASES[arguments.case]
    if arguments.layout:
        make = GraphWaveNet207OurLayout
    model = make(exchange)
    inputs = {name: torch.tensor(values) for name, values in exchange.inputs.items()}
    with torch.no_grad():
        for path, weight, change in model.weights():
            ours = torch.tensor(exchange.parameters[path])
            weight.copy_((change(ours) if change else ours).reshape(weight.shape))
    loss_of = torch.compile(model) if arguments.compile else model
    if arguments.check:
        loss = loss_of(inputs, False)
        loss.backward()
        gradients = {path: exchange.gradients[path] for path in exchange.gradients}
        for path, weight, change in model.weights():
            ours = torch.tensor(exchange.gradients[path], requires_grad=True)
            # The transpose of a rearrangement is its inverse.
            moved = (change(ours) if change else ours).reshape(weight.shape)
            found = torch.zeros_like(weight) if weight.grad is None else weight.grad
            gradients[path] = torch.autograd.grad(moved, ours, found)[0].numpy()
        names = {path for path, _, _ in model.weights()}
        assert names == set(exchange.parameters), names ^ set(exchange.parameters)
        tell(difference=exchange.difference(loss.item(), gradients), worst=exchange.worst)
        return
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(inputs, True)
        loss.backward()
        if clip:
            nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
        return loss.item()

    tell(parameters=sum(p.numel() for p in model.parameters()))
    serve(step)


main()
