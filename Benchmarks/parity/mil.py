"""Core ML packages, read back and computed in NumPy, where Core ML itself does not run.

coremltools loads the package, reads its ML Program into its own form (which infers the type and
shape of every value again) and compares them with those in the file; the few operations that
students use are then computed one after another, by their definition in coremltools' documentation.
"""
import logging
import math

import numpy as np

ERF = np.vectorize(math.erf, otypes=[np.float64])


def erf(x):
    return ERF(x.astype(np.float64)).astype(np.float32)


def conv(i):
    """Channels first; `pad` is before and after, axis by axis."""
    x, weight, groups = i["x"], i["weight"], int(i["groups"])
    assert i["pad_type"] == "custom"
    (top, bottom, left, right), (sy, sx), (dy, dx) = i["pad"], i["strides"], i["dilations"]
    x = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))
    batch, channels, height, width = x.shape
    outputs, own, kh, kw = weight.shape
    rows, columns = (height - (kh - 1) * dy - 1) // sy + 1, (width - (kw - 1) * dx - 1) // sx + 1
    result = np.zeros((batch, outputs, rows, columns), np.float64)
    for group in range(groups):
        source = x[:, group * own : (group + 1) * own]
        kernels = slice(group * outputs // groups, (group + 1) * outputs // groups)
        for a in range(kh):
            for b in range(kw):
                part = source[:, :, a * dy :: sy, b * dx :: sx][:, :, :rows, :columns]
                result[:, kernels] += np.einsum("bchw,oc->bohw", part, weight[kernels, :, a, b])
    if i.get("bias") is not None:
        result += i["bias"].reshape(1, -1, 1, 1)
    return result.astype(np.float32)


def pad(i):
    assert i["mode"] == "constant"
    pairs = np.reshape(i["pad"], (-1, 2))
    return np.pad(i["x"], [(0, 0)] * (i["x"].ndim - len(pairs)) + [tuple(p) for p in pairs],
                  constant_values=i["constant_val"])


def slice_by_size(i):
    return i["x"][tuple(slice(b, b + s) for b, s in zip(i["begin"], i["size"]))]


def softmax(i):
    shifted = np.exp(i["x"] - i["x"].max(int(i["axis"]), keepdims=True))
    return shifted / shifted.sum(int(i["axis"]), keepdims=True)


def matmul(i):
    left = np.swapaxes(i["x"], -1, -2) if i["transpose_x"] else i["x"]
    right = np.swapaxes(i["y"], -1, -2) if i["transpose_y"] else i["y"]
    return left @ right


def dequantize(i):
    shape = [1] * i["quantized_data"].ndim
    shape[int(i["axis"])] = -1
    return (i["quantized_data"].astype(np.float32) - i["zero_point"]) * i["scale"].reshape(shape)


def two(function):
    return lambda i: function(i["x"], i["y"])


def one(function):
    return lambda i: function(i["x"])


def reduced(function):
    return lambda i: function(i["x"], axis=tuple(i["axes"]), keepdims=bool(i["keep_dims"]))


TYPES = {"fp32": np.float32, "int32": np.int32, "fp16": np.float16, "bool": np.bool_}
OPERATIONS = {
    "abs": one(np.abs), "sign": one(np.sign), "exp": one(np.exp), "sqrt": one(np.sqrt), "round": one(np.rint),
    "tanh": one(np.tanh), "erf": one(erf), "identity": one(lambda x: x), "relu": one(lambda x: np.maximum(x, 0)),
    "sigmoid": one(lambda x: 1 / (1 + np.exp(-x))), "softplus": one(lambda x: np.logaddexp(np.float32(0), x)),
    "log": lambda i: np.log(i["x"] + i["epsilon"]),
    "gelu": lambda i: i["x"] * np.float32(0.5) * (1 + erf(i["x"] / np.float32(math.sqrt(2)))),
    "add": two(np.add), "sub": two(np.subtract), "mul": two(np.multiply), "real_div": two(np.divide),
    "floor_div": two(np.floor_divide), "mod": two(np.mod), "maximum": two(np.maximum), "minimum": two(np.minimum),
    "less": two(np.less), "less_equal": two(np.less_equal), "greater": two(np.greater),
    "greater_equal": two(np.greater_equal), "not_equal": two(np.not_equal),
    "select": lambda i: np.where(i["cond"], i["a"], i["b"]),
    "cast": lambda i: i["x"].astype(TYPES[i["dtype"]]),
    "constexpr_affine_dequantize": dequantize, "matmul": matmul, "conv": conv, "pad": pad, "softmax": softmax,
    "reduce_sum": reduced(np.sum), "reduce_mean": reduced(np.mean), "reduce_max": reduced(np.max),
    "reshape": lambda i: np.reshape(i["x"], i["shape"]), "transpose": lambda i: np.transpose(i["x"], i["perm"]),
    "slice_by_size": slice_by_size, "tile": lambda i: np.tile(i["x"], i["reps"]),
    "concat": lambda i: np.concatenate(i["values"], axis=int(i["axis"])),
    "gather": lambda i: np.take(i["x"], i["indices"], axis=int(i["axis"])),
}


def core_ml(folder, cases):
    """Forecasts of the package by its program as coremltools reads it."""
    # Elsewhere than on Apple's systems it says of each of its libraries that it is not there.
    logging.getLogger("coremltools").setLevel(logging.CRITICAL)
    import coremltools
    from coremltools.converters.mil.frontend import milproto

    path = folder / "student.mlpackage"
    model = coremltools.models.MLModel(str(path), skip_model_load=True)
    spec = model.get_spec()
    program = milproto.load.load(
        spec, specification_version=spec.specificationVersion, file_weights_dir=model.weights_dir)
    function = program.functions["main"]
    (output,) = function.outputs
    check(spec, function)
    forecasts = []
    for case in cases:
        day, second = divmod(case["origin"], 86_400)
        values = {"readings": case["readings"], "origin": np.array([day, second], np.int32)}
        for name, value in function.inputs.items():
            if values[name].shape != tuple(value.shape):
                raise ValueError(f"{name} is {value.shape} in the file, {values[name].shape} in the case")
        with np.errstate(all="ignore"):
            forecasts.append(run(function, output, values))
    return forecasts


def check(spec, function):
    """That values have the shapes in the file that coremltools infers for them."""
    (block,) = spec.mlProgram.functions["main"].block_specializations.values()
    inferred = {value.name: value for op in function.operations for value in op.outputs}
    for operation in block.operations:
        if operation.type == "const":
            continue
        for output in operation.outputs:
            shape = tuple(d.constant.size for d in output.type.tensorType.dimensions)
            own = inferred[output.name]
            if shape != tuple(own.shape):
                raise ValueError(f"{output.name} ({operation.type}) is {shape} in the file, and should be {own.shape}")


def run(function, output, values):
    def number(value):
        if isinstance(value, (list, tuple)):
            return [number(one) for one in value]
        if value is None:
            return None
        return values[value.name] if value.name in values else value.val

    for op in function.operations:
        if op.op_type == "const":
            continue
        inputs = {name: number(value) for name, value in op.inputs.items()}
        result = np.asarray(OPERATIONS[op.op_type](inputs))
        (made,) = op.outputs
        if result.shape != tuple(made.shape):
            raise ValueError(f"{made.name} ({op.op_type}) is {result.shape}, and should be {made.shape}")
        values[made.name] = result
    return values[output.name]
