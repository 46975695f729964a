"""The models of `make bench-runtime` as ONNX: Gemm with Relu, Conv with groups, a GRU node."""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


class Graph:
    def __init__(self, case, scales):
        self.case, self.scales, self.nodes, self.constants = case, scales, [], []

    def constant(self, values, kind=np.float32):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values, dtype=kind), name))
        return name

    def node(self, kind, *inputs, count=1, **attributes):
        outputs = [f"v{len(self.nodes)}_{number}" for number in range(count)]
        self.nodes.append(helper.make_node(kind, list(inputs), outputs, **attributes))
        return outputs[-1]

    def dense(self, name, x, relu=False):
        weights = self.case.weights
        y = self.node("Gemm", x, self.constant(weights[name + ".weight"]), self.constant(weights[name + ".bias"]))
        return self.node("Relu", y) if relu else y

    def scaled(self):
        if not self.scales:
            return "history"
        centred = self.node("Sub", "history", self.constant(self.case.center))
        return self.node("Mul", centred, self.constant(1 / self.case.spread))

    def finish(self, y):
        if self.scales:
            center, spread = self.case.target
            y = self.node("Add", self.node("Mul", y, self.constant(spread)), self.constant(center))
        self.nodes[-1].output[0] = "forecast"
        inputs = [helper.make_tensor_value_info("history", TensorProto.FLOAT, self.case.input)]
        names = ["timeOfDay", "weekday"][: len(self.case.slots)]
        inputs += [helper.make_tensor_value_info(name, TensorProto.INT64, [1]) for name in names]
        output = helper.make_tensor_value_info("forecast", TensorProto.FLOAT, self.case.output)
        graph = helper.make_graph(self.nodes, self.case.name, inputs, [output], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
        onnx.checker.check_model(model, full_check=True)
        return model.SerializeToString()


def mlp(g):
    return g.dense("head", g.dense("hidden", g.scaled(), relu=True))


def stid(g):
    x = g.dense("input", g.node("Transpose", g.scaled(), perm=[1, 0]))
    weights = g.case.weights
    all_nodes = g.constant(weights["place"].shape, np.int64)
    calendar = [
        g.node("Expand", g.node("Gather", g.constant(weights[name]), name), all_nodes) for name in ("timeOfDay", "weekday")
    ]
    z = g.node("Concat", x, g.constant(weights["place"]), *calendar, axis=1)
    for layer in range(3):
        z = g.node("Add", z, g.dense(f"block{layer}.out", g.dense(f"block{layer}.in", z, relu=True)))
    return g.node("Transpose", g.dense("head", z), perm=[1, 0])


def gru(g):
    weights = g.case.weights
    units = weights["state.weight"].shape[0]

    def gates(values):
        """Ours are r, z, n along the last axis; the node's z, r, h along the first."""
        r, z, n = np.split(values, 3, axis=-1)
        return np.concatenate([z, r, n], axis=-1).T

    bias = np.concatenate([gates(weights["gates.bias"]), gates(weights["state.bias"])])
    last = g.node(
        "GRU", g.scaled(), g.constant(gates(weights["gates.weight"])[None]),
        g.constant(gates(weights["state.weight"])[None]), g.constant(bias[None]), count=2, hidden_size=units,
        linear_before_reset=1)
    return g.dense("head", g.node("Squeeze", last, g.constant([0], np.int64)))


def cnn(g):
    x = g.node("Transpose", g.scaled(), perm=[0, 2, 1])
    weights = g.case.weights
    for layer in range(2):
        depthwise = weights[f"depthwise{layer}.weight"][0].transpose(2, 1, 0)
        x = g.node(
            "Conv", x, g.constant(depthwise), g.constant(weights[f"depthwise{layer}.bias"]), group=len(depthwise),
            kernel_shape=[3], pads=[1, 1])
        pointwise = weights[f"pointwise{layer}.weight"].T[:, :, None]
        x = g.node("Conv", x, g.constant(pointwise), g.constant(weights[f"pointwise{layer}.bias"]), kernel_shape=[1])
        x = g.node("Relu", x)
    return g.dense("head", g.node("Flatten", g.node("GlobalAveragePool", x)))


def model(case, scales):
    graph = Graph(case, scales)
    return graph.finish({"mlp": mlp, "stid-207": stid, "gru-32": gru, "cnn": cnn}[case.name](graph))
