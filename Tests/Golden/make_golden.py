"""Writes the reference numbers of Tests/Golden: forward and gradient, by PyTorch in float64.

    python make_golden.py        # needs torch and numpy; neither is needed to build or to test

Every array is {"shape": [...], "values": [...]}, row-major, in Limbeck's layout. A case holds what
goes in (`parameters`, `states`, `integers`) and what comes out: the loss is the sum of the output
times `upstream`, or for models the mean absolute error against `expected`; `gradients` are those
of the loss for each parameter; `assigned` are the states after the step.
"""
import json
import pathlib
import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
HERE = pathlib.Path(__file__).parent
random = np.random.RandomState(20240607)


def draw(*shape, scale=1.0, at=0.0):
    """Four decimals, so that text holds them exactly."""
    return np.round(random.uniform(-scale, scale, shape) + at, 4)


def tensor(values, gradient=True):
    return torch.tensor(values, requires_grad=gradient)


def array(value):
    value = value.detach().numpy() if torch.is_tensor(value) else np.asarray(value)
    return {"shape": list(value.shape), "values": [float("%.8g" % v) for v in value.reshape(-1)]}


def case(name, parameters, build, states=None, integers=None, upstream=None):
    """`build(p, s)` takes tensors by path and returns the output and the states after the step."""
    p = {path: tensor(value) for path, value in parameters.items()}
    s = {path: tensor(value, False) for path, value in (states or {}).items()}
    output, assigned = build(p, s)
    weights = draw(*output.shape, at=1.0) if upstream is None else upstream
    (output * torch.tensor(weights)).sum().backward()
    return {
        "name": name,
        "parameters": {path: array(value) for path, value in parameters.items()},
        "states": {path: array(value) for path, value in (states or {}).items()},
        "integers": integers or {},
        "upstream": array(weights),
        "output": array(output),
        "gradients": {path: array(value.grad) for path, value in p.items()},
        "assigned": {path: array(value) for path, value in assigned.items()},
    }


# Layers and losses ---------------------------------------------------------------------------


def temporal(x, weight, bias, dilation):
    """x [B, C, N, T], weight [kernel, in, out] of ours, Conv2d's [out, in, 1, kernel] of theirs."""
    return F.conv2d(x, weight.permute(2, 1, 0).unsqueeze(2), bias, dilation=(1, dilation))


def diffusion(x, supports, weight, bias, order):
    """x [B, C, N, T]: concatenate x and every power of every support, then a 1×1 convolution
    (Wu et al. 2019, equation 6; ours keeps one [in, out] matrix for each part)."""
    parts = [x]
    for support in supports:
        power = x
        for _ in range(order):
            power = torch.einsum("wv,bcvt->bcwt", support, power)
            parts.append(power)
    joined = torch.cat(parts, dim=1)
    return pointwise(joined, weight.reshape(-1, weight.shape[-1]), bias)


def pointwise(x, weight, bias):
    """A 1×1 convolution over [B, C, N, T]; weight [in, out]."""
    return F.conv2d(x, weight.t()[:, :, None, None], bias)


def batch_norm(x, p, s, training, prefix="norm"):
    """x [B, C, N, T]; returns the result and the running statistics after the step."""
    mean, variance = s[prefix + "/mean"].clone(), s[prefix + "/variance"].clone()
    y = F.batch_norm(
        x, mean, variance, p[prefix + "/scale"], p[prefix + "/shift"], training, 0.1, 1e-5)
    return y, {prefix + "/mean": mean, prefix + "/variance": variance}


def plain(build):
    return lambda p, s: (build(p), {})


def layers():
    cases = []
    add = lambda *rest, **named: cases.append(case(*rest, **named))

    add("dense", {"x": draw(2, 3, 5), "dense/weight": draw(5, 4), "dense/bias": draw(4)},
        plain(lambda p: F.linear(p["x"], p["dense/weight"].t(), p["dense/bias"])))

    # [T, N, B, C] there, [B, C, N, T] here.
    there, here = (3, 2, 0, 1), (2, 3, 1, 0)
    swap = lambda x: x.permute(here)
    back = lambda y: y.permute(there)
    assert back(swap(torch.zeros(7, 2, 3, 4))).shape == (7, 2, 3, 4)
    convolution = {"x": draw(9, 2, 3, 4), "conv/weight": draw(3, 4, 5), "conv/bias": draw(5)}
    add("dilated convolution", convolution, plain(lambda p: back(
        temporal(swap(p["x"]), p["conv/weight"], p["conv/bias"], 2))))
    add("causal convolution", {**convolution, "x": draw(9, 2, 3, 4)}, plain(lambda p: back(
        temporal(F.pad(swap(p["x"]), (4, 0)), p["conv/weight"], p["conv/bias"], 2))))

    add("diffusion convolution",
        {"x": draw(3, 5, 2, 4), "a": draw(5, 5), "b": draw(5, 5),
         "diffusion/weight": draw(5, 4, 3), "diffusion/bias": draw(3)},
        plain(lambda p: back(diffusion(
            swap(p["x"]), [p["a"], p["b"]], p["diffusion/weight"], p["diffusion/bias"], 2))))

    add("adaptive graph", {"graph/source": draw(5, 3), "graph/target": draw(5, 3)},
        plain(lambda p: torch.softmax(
            torch.relu(p["graph/source"] @ p["graph/target"].t()), dim=1)))

    add("embedding", {"embedding/table": draw(6, 3)},
        plain(lambda p: F.embedding(torch.tensor([[5, 0, 2], [2, 2, 1]]), p["embedding/table"])),
        integers={"indices": [5, 0, 2, 2, 2, 1]})

    add("layer norm",
        {"x": draw(4, 7, scale=2, at=3), "norm/scale": draw(7, at=1), "norm/shift": draw(7)},
        plain(lambda p: F.layer_norm(p["x"], (7,), p["norm/scale"], p["norm/shift"], 1e-5)))

    norm = {"x": draw(3, 2, 4, 5, scale=2, at=3), "norm/scale": draw(5, at=1), "norm/shift": draw(5)}
    running = {"norm/mean": draw(5), "norm/variance": draw(5, scale=0.5, at=1)}
    for training in (True, False):
        def build(p, s, training=training):
            y, assigned = batch_norm(swap(p["x"]), p, s, training)
            return back(y), assigned if training else {}
        add("batch norm, training" if training else "batch norm, inference", norm, build, running)

    rows = lambda: {"x": draw(4, 6, scale=4)}
    add("softmax", rows(), plain(lambda p: torch.softmax(p["x"], -1)))
    add("log softmax", rows(), plain(lambda p: torch.log_softmax(p["x"], -1)))
    add("gelu", rows(), plain(lambda p: F.gelu(p["x"])))

    add("cross-entropy of soft labels", {"z": draw(5, 4, scale=3), "q": draw(5, 4)},
        plain(lambda p: F.cross_entropy(
            p["z"], torch.softmax(p["q"], -1), reduction="none").unsqueeze(-1)))
    add("binary cross-entropy", {"z": draw(12, scale=6), "q": draw(12, scale=2)},
        plain(lambda p: F.binary_cross_entropy_with_logits(
            p["z"], torch.sigmoid(p["q"]), reduction="none")))
    pair = lambda: {"p": draw(12, scale=3), "e": draw(12, scale=3)}
    add("huber", pair(), plain(lambda p: F.huber_loss(p["p"], p["e"], reduction="none", delta=0.7)))
    add("pinball", pair(), plain(lambda p: torch.maximum(
        0.9 * (p["e"] - p["p"]), -0.1 * (p["e"] - p["p"]))))
    add("weighted mean", {"x": draw(4, 3), "w": draw(4, 1, scale=0.4, at=0.5)},
        plain(lambda p: (p["x"] * p["w"]).sum() / p["w"].expand(4, 3).sum()))

    temperature = 2.5
    logits = lambda: {"student": draw(5, 4, scale=3), "teacher": draw(5, 4, scale=3)}
    add("temperature KL, softmax", logits(), plain(lambda p: temperature ** 2 * F.kl_div(
        torch.log_softmax(p["student"] / temperature, -1),
        torch.softmax(p["teacher"] / temperature, -1), reduction="batchmean")))

    def bernoulli(p):
        s, t = p["student"] / temperature, p["teacher"] / temperature
        q = torch.sigmoid(t)
        divergence = (q * (F.logsigmoid(t) - F.logsigmoid(s))
                      + (1 - q) * (F.logsigmoid(-t) - F.logsigmoid(-s)))
        return temperature ** 2 * divergence.mean()
    add("temperature KL, sigmoid", logits(), plain(bernoulli))
    return cases


def sequences_and_images():
    """Drawn after everything else, so that what was there before keeps its numbers."""
    cases = []
    add = lambda *rest, **named: cases.append(case(*rest, **named))

    def gru_weights(path, inputs, units):
        return {f"{path}/input": draw(3, inputs, units), f"{path}/state": draw(3, units, units),
                f"{path}/inputBias": draw(3, units), f"{path}/stateBias": draw(3, units)}

    def gru_cell(p, path, x, h):
        """Ours keeps one [in, units] matrix a gate, PyTorch stacks them transposed."""
        stacked = lambda w: w.permute(0, 2, 1).reshape(-1, w.shape[1])
        cell = torch.nn.GRUCell(x.shape[-1], h.shape[-1])
        return torch.func.functional_call(cell, {
            "weight_ih": stacked(p[f"{path}/input"]), "weight_hh": stacked(p[f"{path}/state"]),
            "bias_ih": p[f"{path}/inputBias"].reshape(-1), "bias_hh": p[f"{path}/stateBias"].reshape(-1)}, (x, h))

    add("gated recurrent unit", {"x": draw(4, 2), "h": draw(4, 3), **gru_weights("gru", 2, 3)},
        plain(lambda p: gru_cell(p, "gru", p["x"], p["h"])))

    def two_layers(p):
        states, outputs = [torch.zeros(4, 3), torch.zeros(4, 3)], []
        for x in p["x"]:
            for layer in range(2):
                states[layer] = x = gru_cell(p, f"gru/layer{layer}", x, states[layer])
            outputs.append(x)
        return torch.cat(outputs, dim=1)
    add("two layers of GRU",
        {"x": draw(3, 4, 2), **gru_weights("gru/layer0", 2, 3), **gru_weights("gru/layer1", 3, 3)}, plain(two_layers))

    def image(p, padding):
        y = F.conv2d(p["x"].permute(0, 3, 1, 2), p["conv/weight"].permute(3, 2, 0, 1), p["conv/bias"], padding=padding)
        return y.permute(0, 2, 3, 1)
    add("convolution of images", {"x": draw(2, 5, 6, 3), "conv/weight": draw(3, 3, 3, 4), "conv/bias": draw(4)},
        plain(lambda p: image(p, 1)))
    add("wide convolution of images", {"x": draw(2, 4, 7, 3), "conv/weight": draw(5, 5, 3, 2), "conv/bias": draw(2)},
        plain(lambda p: image(p, 2)))
    add("largest of squares", {"x": draw(2, 5, 6, 3)}, plain(
        lambda p: F.max_pool2d(p["x"].permute(0, 3, 1, 2), 2).permute(0, 2, 3, 1)))

    parts = ["query", "key", "value", "output"]
    weights = {f"attention/{part}/{kind}": draw(*shape) for part in parts
               for kind, shape in [("weight", (6, 6)), ("bias", (6,))]}

    def attend(p):
        heads = lambda x: x.reshape(2, 5, 2, 3).transpose(1, 2)
        dense = lambda part, x: x @ p[f"attention/{part}/weight"] + p[f"attention/{part}/bias"]
        q, k, v = (heads(dense(part, p["x"])) for part in parts[:3])
        found = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(2, 5, 6)
        return dense("output", found)
    add("attention", {"x": draw(2, 5, 6, scale=2), **weights}, plain(attend))

    def lstm(p):
        stacked = lambda w: w.permute(0, 2, 1).reshape(-1, w.shape[1])
        layer = torch.nn.LSTM(2, 3)
        y, _ = torch.func.functional_call(layer, {
            "weight_ih_l0": stacked(p["lstm/input"]), "weight_hh_l0": stacked(p["lstm/state"]),
            "bias_ih_l0": p["lstm/inputBias"].reshape(-1), "bias_hh_l0": p["lstm/stateBias"].reshape(-1)}, (p["x"],))
        return y
    add("long short-term memory", {
        "x": draw(5, 4, 2), "lstm/input": draw(4, 2, 3), "lstm/state": draw(4, 3, 3), "lstm/inputBias": draw(4, 3),
        "lstm/stateBias": draw(4, 3)}, plain(lstm))

    def depthwise(p):
        x = F.pad(p["x"].permute(1, 2, 0), (4, 0))
        y = F.conv1d(x, p["depthwise/weight"].T[:, None], p["depthwise/bias"], dilation=2, groups=3)
        return y.permute(2, 0, 1)
    add("depthwise causal convolution", {
        "x": draw(6, 2, 3), "depthwise/weight": draw(3, 3), "depthwise/bias": draw(3)}, plain(depthwise))
    return cases


# Optimisers ----------------------------------------------------------------------------------


def optimizers():
    """Five steps on the sum of c (p - t)² / 2 over two parameters."""
    cases = []
    start = {"a": draw(3, 4), "b": draw(7)}
    target, curvature = {k: draw(*v.shape) for k, v in start.items()}, {
        k: draw(*v.shape, at=1.5) for k, v in start.items()}
    rate = 0.05
    rules = [
        ("adam", {}, lambda p: torch.optim.Adam(p, rate)),
        ("adamW", {"weightDecay": 0.3}, lambda p: torch.optim.AdamW(p, rate, weight_decay=0.3)),
        ("adam, L2", {"l2": 0.4}, lambda p: torch.optim.Adam(p, rate, weight_decay=0.4)),
        ("adam, L2, clipped", {"l2": 0.4, "clipNorm": 1.2},
         lambda p: torch.optim.Adam(p, rate, weight_decay=0.4)),
        ("momentum", {}, lambda p: torch.optim.SGD(p, rate, momentum=0.9)),
        ("momentum, L2, clipped", {"l2": 0.4, "clipNorm": 1.2},
         lambda p: torch.optim.SGD(p, rate, momentum=0.9, weight_decay=0.4)),
        ("adam, L1", {"l1": 0.2}, lambda p: torch.optim.Adam(p, rate)),
    ]
    for name, numbers, make in rules:
        p = {path: tensor(value) for path, value in start.items()}
        optimizer = make(list(p.values()))
        after, norms = [], []
        for _ in range(5):
            optimizer.zero_grad()
            loss = sum((torch.tensor(curvature[k]) * (p[k] - torch.tensor(target[k])) ** 2).sum() / 2
                       for k in p)
            loss.backward()
            norms.append(float(torch.sqrt(sum((v.grad ** 2).sum() for v in p.values()))))
            if "clipNorm" in numbers:
                torch.nn.utils.clip_grad_norm_(list(p.values()), numbers["clipNorm"])
            if "l1" in numbers:
                for value in p.values():
                    value.grad += numbers["l1"] * torch.sign(value.detach())
            optimizer.step()
            after.append({path: array(value.clone()) for path, value in p.items()})
        assert "clipNorm" not in numbers or norms[0] > numbers["clipNorm"]
        cases.append({
            "name": name, "kind": "adam" if name.startswith("adam") else "momentum", "rate": rate,
            "numbers": numbers, "norms": norms, "steps": after,
            "parameters": {k: array(v) for k, v in start.items()},
            "target": {k: array(v) for k, v in target.items()},
            "curvature": {k: array(v) for k, v in curvature.items()},
        })
    return cases


# Whole models --------------------------------------------------------------------------------

NODES, HISTORY, HORIZON, CHANNELS, BATCH, WIDTH = 5, 8, 3, 2, 4, 8
DAY, WEEK = 4, 28  # steps of six hours


def linear(p, path, x):
    return F.linear(x, p[path + "/weight"].t(), p[path + "/bias"])


def dense_weights(path, inputs, outputs, scale=None):
    scale = scale or 1.5 / np.sqrt(inputs)
    return {path + "/weight": draw(inputs, outputs, scale=scale), path + "/bias": draw(outputs, scale=0.3)}


class Windows:
    """What a batch of windows brings: history [B, T, N, C] and the calendar at each origin."""

    def __init__(self):
        self.history = draw(BATCH, HISTORY, NODES, CHANNELS, scale=1.5)
        self.expected = draw(BATCH, HORIZON, NODES, CHANNELS, scale=1.5)
        origin = np.array([3, 12, 17, 27])
        steps = lambda first, count: (origin[:, None] + first + np.arange(count)) % WEEK
        self.calendar = {
            "calendar.stepOfDay.0.1": steps(0, 1) % DAY,
            "calendar.weekday.0.1": steps(0, 1) // DAY,
            "calendar.weekday.%d.1" % (HORIZON - 1): steps(HORIZON - 1, 1) // DAY,
            "calendar.stepOfWeek.%d.%d" % (-HISTORY, HISTORY): steps(-HISTORY, HISTORY),
            "calendar.stepOfWeek.0.%d" % HORIZON: steps(0, HORIZON),
        }
        graph = np.where(random.uniform(0, 1, (NODES, NODES)) < 0.6, draw(NODES, NODES, scale=0.4, at=0.5), 0)
        np.fill_diagonal(graph, 1)
        self.graph = graph
        self.forward = torch.tensor(graph / graph.sum(1, keepdims=True))
        self.backward = torch.tensor(graph.T / graph.T.sum(1, keepdims=True))

    def look_up(self, table, name):
        return F.embedding(torch.tensor(self.calendar[name]), table)


def by_place(x):
    """[B, T, N, C] → [B, N, T·C]"""
    return x.permute(0, 2, 1, 3).reshape(x.shape[0], x.shape[2], -1)


def profile_rows(w, s, first, count):
    rows = w.look_up(s["profile/table"], "calendar.stepOfWeek.%d.%d" % (first, count))
    return rows.reshape(BATCH, count, NODES, CHANNELS)


def place_and_time(p, s, w):
    history = by_place(torch.tensor(w.history))
    past = by_place(profile_rows(w, s, -HISTORY, HISTORY))
    target = by_place(profile_rows(w, s, 0, HORIZON))
    x = linear(p, "input", torch.cat([history, target, history - past], -1))
    x = x + p["place/table"] + w.look_up(p["hour/table"], "calendar.stepOfDay.0.1")
    x = x + w.look_up(p["firstDay/table"], "calendar.weekday.0.1")
    x = x + w.look_up(p["lastDay/table"], "calendar.weekday.%d.1" % (HORIZON - 1))
    return x, target


def place_and_time_weights():
    inputs = CHANNELS * (2 * HISTORY + HORIZON)
    return {
        **dense_weights("input", inputs, WIDTH), **dense_weights("head", WIDTH, HORIZON * CHANNELS),
        "place/table": draw(NODES, WIDTH), "hour/table": draw(DAY, WIDTH),
        "firstDay/table": draw(7, WIDTH), "lastDay/table": draw(7, WIDTH),
    }


def forecast(p, x, target):
    y = linear(p, "head", torch.relu(x)) + target
    return y.reshape(BATCH, NODES, HORIZON, CHANNELS).permute(0, 2, 1, 3)


def stid(p, s, w, training):
    x, target = place_and_time(p, s, w)
    for index in range(2):
        block = "block%d" % index
        x = x + linear(p, block + "/out", torch.relu(linear(p, block + "/in", x)))
    return forecast(p, x, target), {}


def stid_weights():
    p = place_and_time_weights()
    for index in range(2):
        for part in ("in", "out"):
            p.update(dense_weights("block%d/%s" % (index, part), WIDTH, WIDTH))
    return p, {"profile/table": draw(WEEK, NODES * CHANNELS)}


def graph_mixer(p, s, w, training):
    x, target = place_and_time(p, s, w)
    learned = torch.softmax(torch.relu(p["graph/source"] @ p["graph/target"].t()), -1)
    for index in range(2):
        block = "block%d" % index
        inner = torch.relu(linear(p, block + "/in", x))
        mixed = inner * p[block + "/gate"]
        mixed = mixed + torch.einsum("ij,bjc->bic", w.forward, inner) * p[block + "/distanceGate"]
        mixed = mixed + torch.einsum("ij,bjc->bic", learned, inner) * p[block + "/learnedGate"]
        x = x + linear(p, block + "/out", mixed)
    return forecast(p, x, target), {}


def graph_mixer_weights():
    p, s = stid_weights()
    for index in range(2):
        for gate in ("gate", "distanceGate", "learnedGate"):
            p["block%d/%s" % (index, gate)] = draw(WIDTH)
    p.update({"graph/source": draw(NODES, 3), "graph/target": draw(NODES, 3)})
    return p, s


def graph_wave_net(embeddings, blocks, levels):
    """As its authors wrote it, over [B, C, N, T] (Wu et al. 2019), the diffusion as in the paper's
    equation 6: Sᵏ X W (the authors' code multiplies by the transposed supports)."""

    def model(p, s, w, training):
        x = torch.tensor(w.history).permute(0, 3, 2, 1)
        field = 1 + blocks * (2 ** levels - 1)
        x = F.pad(x, (max(0, field - HISTORY), 0))
        x = pointwise(x, p["start/weight"], p["start/bias"])
        if embeddings:
            when = w.look_up(p["hour/table"], "calendar.stepOfDay.0.1") + w.look_up(
                p["day/table"], "calendar.weekday.0.1")
            x = x + (p["place/table"][None, :, 0, :] + when).permute(0, 2, 1).unsqueeze(-1)
        learned = torch.softmax(torch.relu(p["graph/source"] @ p["graph/target"].t()), dim=1)
        supports = [w.forward, w.backward, learned]
        skip, assigned = None, {}
        for layer in range(blocks * levels):
            place, dilation, residual = "layer%d" % layer, 2 ** (layer % levels), x
            arguments = lambda part: (p[place + part + "/weight"], p[place + part + "/bias"])
            x = torch.tanh(temporal(x, *arguments("/filter"), dilation)) * torch.sigmoid(
                temporal(x, *arguments("/gate"), dilation))
            part = pointwise(x, *arguments("/skip"))
            skip = part if skip is None else part + skip[..., -part.shape[3]:]
            x = diffusion(x, supports, *arguments("/diffusion"), 2)
            x = x + residual[..., -x.shape[3]:]
            x, running = batch_norm(x, p, s, training, place + "/norm")
            assigned.update(running)
        x = torch.relu(pointwise(torch.relu(skip), p["end/weight"], p["end/bias"]))
        x = pointwise(x, p["head/weight"], p["head/bias"])[..., -1]
        x = x.reshape(BATCH, HORIZON, CHANNELS, NODES).permute(0, 1, 3, 2)
        if embeddings:
            x = x + profile_rows(w, s, 0, HORIZON)
        return x, assigned

    def weights():
        p, s = {**dense_weights("start", CHANNELS, WIDTH)}, {}
        parts = 7
        for layer in range(blocks * levels):
            place = "layer%d" % layer
            for part in ("filter", "gate"):
                p["%s/%s/weight" % (place, part)] = draw(2, WIDTH, WIDTH, scale=0.5)
                p["%s/%s/bias" % (place, part)] = draw(WIDTH, scale=0.3)
            p.update(dense_weights(place + "/skip", WIDTH, 6))
            p[place + "/diffusion/weight"] = draw(parts, WIDTH, WIDTH, scale=0.3)
            p[place + "/diffusion/bias"] = draw(WIDTH, scale=0.3)
            p[place + "/norm/scale"] = draw(WIDTH, scale=0.5, at=1)
            p[place + "/norm/shift"] = draw(WIDTH, scale=0.5)
            s[place + "/norm/mean"] = draw(WIDTH, scale=0.3)
            s[place + "/norm/variance"] = draw(WIDTH, scale=0.3, at=1)
        p.update({"graph/source": draw(NODES, 3), "graph/target": draw(NODES, 3)})
        p.update(dense_weights("end", 6, 10))
        p.update(dense_weights("head", 10, HORIZON * CHANNELS))
        if embeddings:
            p.update({"place/table": draw(NODES, 1, WIDTH), "hour/table": draw(DAY, WIDTH),
                      "day/table": draw(7, WIDTH)})
            s["profile/table"] = draw(WEEK, NODES * CHANNELS)
        return p, s

    return model, weights


def models():
    cases = []
    published = {"residual": WIDTH, "skip": 6, "end": 10, "rank": 3, "dropout": 0, "order": 2}
    for name, entry, configuration, (build, weights) in [
        ("stid", "stid", {"width": WIDTH, "blocks": 2, "dropout": 0}, (stid, stid_weights)),
        ("graphMixer", "graphMixer", {"width": WIDTH, "blocks": 2, "rank": 3, "dropout": 0},
         (graph_mixer, graph_mixer_weights)),
        ("graphWaveNet, as published", "graphWaveNet",
         {**published, "blocks": 4, "layers": 2}, graph_wave_net(False, 4, 2)),
        ("graphWaveNet, with embeddings", "graphWaveNet",
         {**published, "blocks": 2, "layers": 2, "embeddings": True}, graph_wave_net(True, 2, 2)),
    ]:
        w = Windows()
        parameters, states = weights()
        p = {path: tensor(value) for path, value in parameters.items()}
        s = {path: tensor(value, False) for path, value in states.items()}
        output, assigned = build(p, s, w, True)
        loss = F.l1_loss(output, torch.tensor(w.expected))
        loss.backward()
        rested, _ = build(p, s, w, False)
        zeros = lambda v: v.grad if v.grad is not None else torch.zeros_like(v)
        cases.append({
            "name": name, "model": entry, "configuration": configuration,
            "shape": {"history": HISTORY, "horizon": HORIZON, "nodes": NODES, "channels": CHANNELS,
                      "step": 86400 // DAY},
            "batch": BATCH, "graph": array(w.graph), "history": array(w.history),
            "expected": array(w.expected),
            "calendar": {k: v.reshape(-1).tolist() for k, v in w.calendar.items()},
            "parameters": {k: array(v) for k, v in parameters.items()},
            "states": {k: array(v) for k, v in states.items()},
            "loss": float(loss.detach()), "output": array(output), "inference": array(rested),
            "gradients": {k: array(zeros(v)) for k, v in p.items()},
            "assigned": {k: array(v) for k, v in assigned.items()},
        })
    return cases


made = {"layers": layers(), "optimizers": optimizers(), "models": models()}
made["layers"] += sequences_and_images()
for name, cases in made.items():
    (HERE / (name + ".json")).write_text(
        "[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
