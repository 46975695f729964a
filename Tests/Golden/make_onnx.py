"""Writes Tests/LimbeckImportTests/Fixtures: small models as ONNX, with an input and what they give.

    python make_onnx.py torch      # PyTorch 2.13, onnx, onnxscript
    python make_onnx.py keras      # TensorFlow (Keras 3), tf2onnx

Each model has random weights (seeded), including batch normalization statistics. PyTorch's are
written by its older exporter, which traces, and by the newer one, as `NAME.dynamo.onnx`.
"""

import json
import os
import sys

import numpy as np

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "LimbeckImportTests", "Fixtures")
B, T, N, C, H = 3, 12, 5, 2, 4


def write(name, x, y, **more):
    """x is the model's input for B windows, y what it gives."""
    with open(os.path.join(FOLDER, name + ".json"), "w") as file:
        json.dump(
            {"input": [round(float(v), 7) for v in x.ravel()], "output": [float(v) for v in y.ravel()],
             "inputShape": list(x.shape), "outputShape": list(y.shape), **more}, file)


def torch_models():
    import torch
    from torch import nn
    from torch.nn import functional as F

    class MLP(nn.Module):
        """[B, T, N, C]: flattened, layer norm, GELU."""

        def __init__(self):
            super().__init__()
            self.a, self.norm, self.b = nn.Linear(T * N * C, 16), nn.LayerNorm(16), nn.Linear(16, H * N * C)

        def forward(self, x):
            return self.b(F.gelu(self.norm(self.a(x.flatten(1))))).view(-1, H, N, C)

    class CNN1D(nn.Module):
        """[B, N·C, T]: dilated, strided, grouped and depthwise convolutions, pools."""

        def __init__(self):
            super().__init__()
            F_ = N * C
            self.a = nn.Conv1d(F_, 8, 3, dilation=2, padding=2)
            self.deep = nn.Conv1d(8, 8, 3, padding=1, groups=8)
            self.wide = nn.Conv1d(8, 12, 2, groups=4, stride=2)
            self.norm = nn.BatchNorm1d(12)
            self.head = nn.Linear(12 * 3, H * F_)

        def forward(self, x):
            x = F.leaky_relu(self.a(x), 0.1)
            x = F.elu(self.deep(x))
            x = F.relu(self.norm(self.wide(x)))
            x = F.max_pool1d(x, 3, 2, padding=1) + F.avg_pool1d(x, 2, 2)
            x = F.softplus(x) * F.hardsigmoid(x)
            return self.head(x.flatten(1)).view(-1, N * C, H)

    class CNN2D(nn.Module):
        """[B, C, N, T] as an image: 3×3 convolutions, a residual, global pooling of a gate."""

        def __init__(self):
            super().__init__()
            self.a, self.b = nn.Conv2d(C, 6, 3, padding=1), nn.Conv2d(6, 6, (3, 3), padding=(1, 2), dilation=(1, 2))
            self.norm, self.gate = nn.BatchNorm2d(6), nn.Linear(6, 6)
            self.head = nn.Conv2d(6, C * H, (1, T))

        def forward(self, x):
            y = F.silu(self.norm(self.a(x)))
            y = F.pad(self.b(y), (0, 0, 0, 0)) + y
            gate = torch.sigmoid(self.gate(F.adaptive_avg_pool2d(y, 1).flatten(1)))
            y = y * gate[:, :, None, None]
            y = self.head(y).view(-1, C, H, N)
            return y.permute(0, 2, 3, 1)

    class Recurrent(nn.Module):
        """[B, T, N·C]: two layers, the first in both directions."""

        def __init__(self, kind):
            super().__init__()
            layer = {"lstm": nn.LSTM, "gru": nn.GRU}[kind]
            self.a = layer(N * C, 6, batch_first=True, bidirectional=True)
            self.b = layer(12, 7, batch_first=True)
            self.head = nn.Linear(7, H * N * C)

        def forward(self, x):
            y, _ = self.a(x)
            y, _ = self.b(y)
            return self.head(y[:, -1]).view(-1, H, N * C)

    class STGCN(nn.Module):
        """Yu et al. 2018 in small, [B, C, T, N]: gated convolutions over time, a graph convolution between."""

        def __init__(self):
            super().__init__()
            graph = torch.rand(N, N)
            self.register_buffer("support", graph / graph.sum(1, keepdim=True))
            self.first, self.last = nn.Conv2d(C, 16, (3, 1)), nn.Conv2d(8, 16, (3, 1))
            self.theta = nn.Parameter(torch.randn(3, 8, 8) * 0.3)
            self.norm = nn.LayerNorm([N, 8])
            self.out, self.head = nn.Conv2d(8, 8, (T - 4, 1)), nn.Conv2d(8, H * C, 1)

        def glu(self, x):
            a, b = x.chunk(2, dim=1)
            return a * torch.sigmoid(b)

        def forward(self, x):
            x = self.glu(self.first(x))
            hops = [x, torch.matmul(x, self.support.T), torch.matmul(torch.matmul(x, self.support.T), self.support.T)]
            x = F.relu(sum(torch.einsum("bctn,cd->bdtn", hop, self.theta[k]) for k, hop in enumerate(hops)))
            x = self.glu(self.last(x))
            x = self.norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
            x = self.head(F.relu(self.out(x)))
            return x.view(-1, H, C, N).permute(0, 1, 3, 2)

    class GraphWaveNet(nn.Module):
        """Wu et al. 2019 in small, [B, C, N, T]."""

        def __init__(self, layers=3):
            super().__init__()
            graph = torch.rand(N, N)
            self.register_buffer("support", graph / graph.sum(1, keepdim=True))
            self.e1, self.e2 = nn.Parameter(torch.randn(N, 4)), nn.Parameter(torch.randn(4, N))
            self.start = nn.Conv2d(C, 8, 1)
            self.filters = nn.ModuleList(nn.Conv2d(8, 8, (1, 2), dilation=(1, 2**i)) for i in range(layers))
            self.gates = nn.ModuleList(nn.Conv2d(8, 8, (1, 2), dilation=(1, 2**i)) for i in range(layers))
            self.skips = nn.ModuleList(nn.Conv2d(8, 12, 1) for _ in range(layers))
            self.mixes = nn.ModuleList(nn.Conv2d(8 * 5, 8, 1) for _ in range(layers))
            self.norms = nn.ModuleList(nn.BatchNorm2d(8) for _ in range(layers))
            self.end1, self.end2 = nn.Conv2d(12, 16, 1), nn.Conv2d(16, H * C, 1)

        def forward(self, x):
            adaptive = F.softmax(F.relu(self.e1 @ self.e2), dim=1)
            x = self.start(F.pad(x, (1, 0, 0, 0)))
            skip = 0
            for filter, gate, skips, mix, norm in zip(self.filters, self.gates, self.skips, self.mixes, self.norms):
                residual = x
                x = torch.tanh(filter(x)) * torch.sigmoid(gate(x))
                s = skips(x)
                skip = s + (skip if isinstance(skip, int) else skip[:, :, :, -s.size(3):])
                hops = [x]
                for a in (self.support, adaptive):
                    one = torch.einsum("ncvl,vw->ncwl", x, a)
                    hops += [one, torch.einsum("ncvl,vw->ncwl", one, a)]
                x = mix(torch.cat(hops, dim=1)) + residual[:, :, :, -x.size(3):]
                x = norm(x)
            x = self.end2(F.relu(self.end1(F.relu(skip))))[:, :, :, -1]
            return x.view(-1, H, C, N).permute(0, 1, 3, 2)

    class Attention(nn.Module):
        """[B, T, N, C]: embeddings of places, attention over steps, masked."""

        def __init__(self):
            super().__init__()
            self.inner, self.places = nn.Linear(C, 8), nn.Embedding(N, 8)
            self.q, self.k, self.v = nn.Linear(8, 8), nn.Linear(8, 8), nn.Linear(8, 8)
            self.head = nn.Linear(T * 8, H * C)

        def forward(self, x):
            h = self.inner(x) + self.places(torch.arange(N))
            h = h.transpose(1, 2)  # B N T 8
            scores = self.q(h) @ self.k(h).transpose(-1, -2) / 8**0.5
            mask = torch.ones(T, T).tril() == 0
            h = h + torch.softmax(scores.masked_fill(mask, float("-inf")), -1) @ self.v(h)
            y = self.head(h.flatten(2)).view(x.shape[0], N, H, C)
            return y.permute(0, 2, 1, 3)

    F_ = N * C
    cases = [
        ("mlp", MLP, (B, T, N, C), "BTNC", "BTNC"), ("cnn1d", CNN1D, (B, F_, T), "BFT", "BFT"),
        ("cnn2d", CNN2D, (B, C, N, T), "BCNT", "BTNC"), ("lstm", lambda: Recurrent("lstm"), (B, T, F_), "BTF", "BTF"),
        ("gru", lambda: Recurrent("gru"), (B, T, F_), "BTF", "BTF"), ("stgcn", STGCN, (B, C, T, N), "BCTN", "BTNC"),
        ("graphwavenet", GraphWaveNet, (B, C, N, T), "BCNT", "BTNC"),
        ("attention", Attention, (B, T, N, C), "BTNC", "BTNC"),
    ]
    for number, (name, make, shape, layout, output) in enumerate(cases):
        torch.manual_seed(number)
        model = make().eval()
        for module in model.modules():
            if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
                nn.init.normal_(module.running_mean, 0, 0.3)
                nn.init.uniform_(module.running_var, 0.5, 2)
                nn.init.uniform_(module.weight, 0.5, 2)
                nn.init.normal_(module.bias, 0, 0.3)
        x = torch.round(torch.randn(shape) * 1e4) / 1e4
        with torch.no_grad():
            y = model(x)
        write(name, x.numpy(), y.numpy(), layout=layout, outputLayout=output)
        path = os.path.join(FOLDER, name + ".onnx")
        torch.onnx.export(
            model, (x,), path, input_names=["x"], output_names=["y"], dynamo=False, opset_version=17,
            dynamic_axes={"x": {0: "batch"}, "y": {0: "batch"}})
        torch.onnx.export(
            model, (x,), os.path.join(FOLDER, name + ".dynamo.onnx"), input_names=["x"], output_names=["y"], dynamo=True,
            external_data=False, dynamic_shapes=({0: torch.export.Dim("batch")},), verbose=False)
        without_paths(os.path.join(FOLDER, name + ".dynamo.onnx"))
        print(name, os.path.getsize(path))


def without_paths(path):
    """Takes out what the newer exporter notes of each node: stack traces with the paths of the machine it ran on."""
    import onnx

    model = onnx.load(path)
    graphs = [model.graph, *model.functions]
    for one in [model, *graphs, *(node for graph in graphs for node in graph.node)]:
        one.doc_string = ""
        del one.metadata_props[:]
    for value in [*model.graph.value_info, *model.graph.input, *model.graph.output, *model.graph.initializer]:
        value.doc_string = ""
        del value.metadata_props[:]
    onnx.save(model, path)


def keras_models():
    import keras
    import tensorflow as tf
    import tf2onnx
    from keras import layers

    F_ = N * C
    for name, layer, seed in (("keras-lstm", layers.LSTM, 1), ("keras-gru", layers.GRU, 2)):
        keras.utils.set_random_seed(seed)
        x = keras.Input((T, F_))
        h = layers.Bidirectional(layer(6, return_sequences=True))(x)
        h = layers.Dropout(0.2)(layer(7)(h))
        model = keras.Model(x, layers.Reshape((H, F_))(layers.Dense(H * F_)(h)))
        keras_write(name, model, (B, T, F_), "BTF", "BTF", keras, tf, tf2onnx)

    keras.utils.set_random_seed(3)
    x = keras.Input((T, N, C))
    h = layers.Conv2D(6, (3, 3), padding="same", activation="relu")(x)
    h = layers.BatchNormalization()(layers.DepthwiseConv2D((3, 1), dilation_rate=(2, 1), padding="same")(h))
    h = layers.Conv2D(8, (2, 1), strides=(2, 1), activation="swish")(h)
    h = layers.AveragePooling2D((2, 1))(h)
    h = layers.Dense(16, activation=lambda x: keras.activations.gelu(x, approximate=True))(layers.Flatten()(h))
    model = keras.Model(x, layers.Reshape((H, N, C))(layers.Dense(H * F_)(h)))
    generator = np.random.default_rng(3)
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.set_weights([generator.uniform(0.5, 1.5, w.shape) for w in layer.get_weights()])
    keras_write("keras-cnn", model, (B, T, N, C), "BTNC", "BTNC", keras, tf, tf2onnx)


def keras_write(name, model, shape, layout, output, keras, tf, tf2onnx):
    x = np.round(np.random.default_rng(7).normal(size=shape), 4).astype(np.float32)
    write(name, x, model(x, training=False).numpy(), layout=layout, outputLayout=output)
    function = tf.function(
        lambda x: model(x, training=False), input_signature=[tf.TensorSpec((None,) + shape[1:], tf.float32, name="x")])
    path = os.path.join(FOLDER, name + ".onnx")
    tf2onnx.convert.from_function(function, input_signature=function.input_signature, opset=15, output_path=path)
    print(name, os.path.getsize(path))


if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    {"torch": torch_models, "keras": keras_models}[sys.argv[1]]()
