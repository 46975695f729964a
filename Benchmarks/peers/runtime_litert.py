"""The models of `make bench-runtime` as LiteRT flatbuffers, in the form that its converters give."""
import ai_edge_litert.schema_py_generated as schema
import flatbuffers
import numpy as np

RELU = schema.ActivationFunctionType.RELU


class Graph:
    def __init__(self, case, scales):
        self.case, self.scales = case, scales
        self.buffers, self.tensors, self.codes, self.operators = [schema.BufferT()], [], [], []
        self.inputs = [self.tensor(case.input, name="history")]
        for name in ["timeOfDay", "weekday"][: len(case.slots)]:
            self.inputs.append(self.tensor([1], schema.TensorType.INT32, name))

    def tensor(self, shape, kind=schema.TensorType.FLOAT32, name=None, buffer=0):
        one = schema.TensorT()
        one.shape, one.type, one.buffer = np.array(shape, np.int32), kind, buffer
        one.name = (name or f"t{len(self.tensors)}").encode()
        self.tensors.append(one)
        return len(self.tensors) - 1

    def constant(self, values, kind=np.float32):
        values = np.ascontiguousarray(values, dtype=kind)
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(values.tobytes(), np.uint8)
        self.buffers.append(buffer)
        types = {np.float32: schema.TensorType.FLOAT32, np.int32: schema.TensorType.INT32}
        return self.tensor(values.shape, types[kind], buffer=len(self.buffers) - 1)

    def shape(self, tensor):
        return list(self.tensors[tensor].shape)

    def operator(self, kind, inputs, *shapes, options=None, version=1, **fields):
        code = getattr(schema.BuiltinOperator, kind)
        if (code, version) not in self.codes:
            self.codes.append((code, version))
        one = schema.OperatorT()
        one.opcodeIndex = self.codes.index((code, version))
        one.inputs = np.array(inputs, np.int32)
        outputs = [self.tensor(shape) for shape in shapes]
        one.outputs = np.array(outputs, np.int32)
        if options:
            one.builtinOptionsType = getattr(schema.BuiltinOptions, options)
            one.builtinOptions = getattr(schema, options + "T")()
            for key, value in fields.items():
                assert hasattr(one.builtinOptions, key), key
                setattr(one.builtinOptions, key, value)
        self.operators.append(one)
        return outputs[0] if len(outputs) == 1 else outputs

    def pair(self, kind, left, right):
        shape = np.broadcast_shapes(self.shape(left), self.shape(right))
        return self.operator(kind, [left, right], shape, options=kind.capitalize() + "Options")

    def unary(self, kind, x):
        return self.operator(kind, [x], self.shape(x))

    def product(self, x, weight, bias, activation=0):
        """Weight `[inputs, outputs]`."""
        return self.operator(
            "FULLY_CONNECTED", [x, self.constant(weight.T), self.constant(bias)], [self.shape(x)[0], weight.shape[1]],
            options="FullyConnectedOptions", fusedActivationFunction=activation)

    def dense(self, name, x, activation=0):
        weights = self.case.weights
        return self.product(x, weights[name + ".weight"], weights[name + ".bias"], activation)

    def transposed(self, x):
        axes = self.constant([1, 0], np.int32)
        return self.operator("TRANSPOSE", [x, axes], self.shape(x)[::-1], options="TransposeOptions")

    def scaled(self):
        if not self.scales:
            return self.inputs[0]
        centred = self.pair("SUB", self.inputs[0], self.constant(self.case.center))
        return self.pair("MUL", centred, self.constant(1 / self.case.spread))

    def finish(self, y):
        if self.scales:
            center, spread = self.case.target
            y = self.pair("ADD", self.pair("MUL", y, self.constant(spread)), self.constant(center))
        self.tensors[y].name = b"forecast"
        graph = schema.SubGraphT()
        graph.tensors, graph.operators, graph.name = self.tensors, self.operators, b"main"
        graph.inputs, graph.outputs = np.array(self.inputs, np.int32), np.array([y], np.int32)
        model = schema.ModelT()
        model.version, model.subgraphs, model.buffers, model.description = 3, [graph], self.buffers, b""
        model.operatorCodes = []
        for builtin, version in self.codes:
            code = schema.OperatorCodeT()
            code.builtinCode, code.deprecatedBuiltinCode, code.version = builtin, min(builtin, 127), version
            model.operatorCodes.append(code)
        builder = flatbuffers.Builder(1 << 16)
        builder.Finish(model.Pack(builder), b"TFL3")
        return bytes(builder.Output())


def mlp(g):
    return g.dense("head", g.dense("hidden", g.scaled(), RELU))


def stid(g):
    weights = g.case.weights
    parts = [g.dense("input", g.transposed(g.scaled())), g.constant(weights["place"])]
    shape = list(weights["place"].shape)
    for table, index in zip(("timeOfDay", "weekday"), g.inputs[1:]):
        row = g.operator("GATHER", [g.constant(weights[table]), index], [1, shape[1]], options="GatherOptions")
        parts.append(g.operator("BROADCAST_TO", [row, g.constant(shape, np.int32)], shape, version=2))
    z = g.operator("CONCATENATION", parts, [shape[0], 4 * shape[1]], options="ConcatenationOptions", axis=1)
    for layer in range(3):
        z = g.pair("ADD", z, g.dense(f"block{layer}.out", g.dense(f"block{layer}.in", z, RELU)))
    return g.transposed(g.dense("head", z))


def gru(g):
    """Unrolled, as converters do without a fused operator; the input's part of all steps is one product."""
    weights = g.case.weights
    units = weights["state.weight"].shape[0]
    # Without scaling operators the history itself is read, whose middle axis is 1.
    steps = g.operator("RESHAPE", [g.scaled(), g.constant([12, 2], np.int32)], [12, 2], options="ReshapeOptions",
                       newShape=np.array([12, 2], np.int32))
    axis = g.constant(1, np.int32)
    gates = g.operator("SPLIT", [axis, g.dense("gates", steps)], *[[12, units]] * 3, options="SplitOptions", numSplits=3)
    state = None
    for step in range(12):
        begin, size = g.constant([step, 0], np.int32), g.constant([1, units], np.int32)
        r, z, n = (g.operator("SLICE", [gate, begin, size], [1, units], options="SliceOptions") for gate in gates)
        if state is None:
            # The state is zero: its product is the bias.
            parts = [g.constant(part[None]) for part in np.split(weights["state.bias"], 3)]
        else:
            whole = g.product(state, weights["state.weight"], weights["state.bias"])
            parts = g.operator("SPLIT", [axis, whole], *[[1, units]] * 3, options="SplitOptions", numSplits=3)
        r, z = (g.unary("LOGISTIC", g.pair("ADD", gate, part)) for gate, part in zip((r, z), parts))
        n = g.unary("TANH", g.pair("ADD", n, g.pair("MUL", r, parts[2])))
        if state is None:
            state = g.pair("SUB", n, g.pair("MUL", z, n))
        else:
            state = g.pair("ADD", n, g.pair("MUL", z, g.pair("SUB", state, n)))
    return g.dense("head", state)


def cnn(g):
    weights = g.case.weights
    x = g.operator("RESHAPE", [g.scaled(), g.constant([1, 1, 24, 8], np.int32)], [1, 1, 24, 8],
                   options="ReshapeOptions", newShape=np.array([1, 1, 24, 8], np.int32))
    for layer in range(2):
        depthwise = weights[f"depthwise{layer}.weight"].transpose(2, 0, 1, 3)
        x = g.operator(
            "DEPTHWISE_CONV_2D", [x, g.constant(depthwise), g.constant(weights[f"depthwise{layer}.bias"])], g.shape(x),
            options="DepthwiseConv2DOptions", padding=0, strideW=1, strideH=1, depthMultiplier=1)
        pointwise = weights[f"pointwise{layer}.weight"].T[:, None, None, :]
        x = g.operator(
            "CONV_2D", [x, g.constant(pointwise), g.constant(weights[f"pointwise{layer}.bias"])], [1, 1, 24, 32],
            options="Conv2DOptions", padding=0, strideW=1, strideH=1, fusedActivationFunction=RELU)
    mean = g.operator("MEAN", [x, g.constant([1, 2], np.int32)], [1, 32], options="ReducerOptions", keepDims=False)
    return g.dense("head", mean)


def model(case, scales):
    graph = Graph(case, scales)
    return graph.finish({"mlp": mlp, "stid-207": stid, "gru-32": gru, "cnn": cnn}[case.name](graph))
