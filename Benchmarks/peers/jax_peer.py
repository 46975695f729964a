"""The same steps in JAX, as people write them: pure functions, channels last, jit with donation."""
import argparse
import os

parser = argparse.ArgumentParser()
parser.add_argument("case")
parser.add_argument("--exchange", required=True)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--check", action="store_true")
arguments = parser.parse_args()
# XLA takes its threads from the cores it may run on.
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:arguments.threads])

import jax
import jax.numpy as jnp

from exchange import Exchange, serve, tell


def dense(p, path, x):
    return x @ p[path + "/weight"] + p[path + "/bias"]


def drop(x, rate, key):
    if key is None or rate == 0:
        return x
    return jnp.where(jax.random.bernoulli(key, 1 - rate, x.shape), x / (1 - rate), 0)


def dense64(p, inputs, constants, key):
    x = inputs["features"]
    for layer in range(2):
        x = jax.nn.relu(dense(p, f"layer{layer}", x))
    z = dense(p, "output", x)
    return jnp.mean(jax.nn.softplus(z) - z * inputs["labels"])


def stid207(p, inputs, constants, key):
    x = dense(p, "input", inputs["history"].transpose(0, 2, 1))
    spread = lambda rows: jnp.broadcast_to(rows[:, None, :], x.shape)
    place = jnp.broadcast_to(p["place/table"], x.shape)
    hour, day = p["timeOfDay/table"][inputs["timeOfDay"]], p["weekday/table"][inputs["weekday"]]
    z = jnp.concatenate([x, place, spread(hour), spread(day)], axis=-1)
    for layer in range(3):
        inner = jax.nn.relu(dense(p, f"block{layer}/in", z))
        z = z + dense(p, f"block{layer}/out", drop(inner, 0.15, None if key is None else jax.random.fold_in(key, layer)))
    return jnp.mean(jnp.abs(dense(p, "head", z).transpose(0, 2, 1) - inputs["expected"]))


def gwnet207(p, inputs, constants, key):
    x = jnp.pad(inputs["history"], ((0, 0), (1, 0), (0, 0), (0, 0)))  # [B, T, N, C]
    x, skip = dense(p, "start", x), None
    learned = jax.nn.softmax(jax.nn.relu(p["graph/source"] @ p["graph/target"].T), axis=1)
    for layer in range(8):
        place, reach, residual = f"layer{layer}/", 2 ** (layer % 2), x
        taps = lambda part: (
            x[:, :-reach] @ p[place + part + "/weight"][0] + x[:, reach:] @ p[place + part + "/weight"][1]
            + p[place + part + "/bias"])
        x = jnp.tanh(taps("filter")) * jax.nn.sigmoid(taps("gate"))
        # Only the last step of a skip reaches the forecast, and XLA removes the rest.
        part = dense(p, place + "skip", x)
        skip = part if skip is None else part + skip[:, -part.shape[1]:]
        parts = [x]
        for support in (constants["forward"], constants["backward"], learned):
            power = x
            for _ in range(2):
                power = jnp.einsum("wv,btvc->btwc", support, power)
                parts.append(power)
        weight = p[place + "diffusion/weight"]
        x = jnp.concatenate(parts, axis=-1) @ weight.reshape(-1, weight.shape[-1]) + p[place + "diffusion/bias"]
        x = drop(x, 0.3, None if key is None else jax.random.fold_in(key, layer))
        x = x + residual[:, -x.shape[1]:]
        mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2))
        x = (x - mean) * jax.lax.rsqrt(variance + 1e-5) * p[place + "norm/scale"] + p[place + "norm/shift"]
    x = dense(p, "head", jax.nn.relu(dense(p, "end", jax.nn.relu(skip))))[:, -1]
    return jnp.mean(jnp.abs(x.transpose(0, 2, 1)[..., None] - inputs["expected"]))


def gru64(p, inputs, constants, key):
    batch, steps, nodes = inputs["history"].shape
    history = inputs["history"].transpose(1, 0, 2).reshape(steps, batch * nodes, 1)

    def cell(path, x, h):
        a = jnp.einsum("ri,gio->gro", x, p[path + "/input"]) + p[path + "/inputBias"][:, None]
        b = jnp.einsum("ri,gio->gro", h, p[path + "/state"]) + p[path + "/stateBias"][:, None]
        reset, update = jax.nn.sigmoid(a[0] + b[0]), jax.nn.sigmoid(a[1] + b[1])
        new = jnp.tanh(a[2] + reset * b[2])
        return (1 - update) * new + update * h

    def layers(path, x, states):
        first = cell(path + "/layer0", x, states[0])
        return first, cell(path + "/layer1", first, states[1])

    def encode(states, x):
        return layers("encoder", x, states), None

    def decode(carry, _):
        states, last = carry
        states = layers("decoder", last, states)
        last = dense(p, "head", states[1])
        return (states, last), last

    zeros = jnp.zeros((batch * nodes, 64))
    states, _ = jax.lax.scan(encode, (zeros, zeros), history)
    _, forecasts = jax.lax.scan(decode, (states, history[-1]), None, length=steps)
    forecast = forecasts.reshape(steps, batch, nodes).transpose(1, 0, 2)
    return jnp.mean(jnp.abs(forecast - inputs["expected"]))


def conv_vgg(p, inputs, constants, key):
    x = inputs["images"]
    for stage in range(3):
        for part in range(2):
            path = f"conv{stage}{part}"
            x = jax.lax.conv_general_dilated(
                x, p[path + "/weight"], (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))
            x = jax.nn.relu(x + p[path + "/bias"])
        x = jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
    x = jax.nn.relu(dense(p, "hidden", x.reshape(64, -1)))
    return -jnp.mean(jnp.sum(inputs["labels"] * jax.nn.log_softmax(dense(p, "output", x)), axis=-1))


def attention207(p, inputs, constants, key):
    batch, steps, nodes = inputs["history"].shape
    all_of = lambda rows: jnp.broadcast_to(rows[:, :, None, :], (batch, steps, nodes, rows.shape[-1]))
    x = jnp.concatenate([
        dense(p, "input", inputs["history"][..., None]), all_of(p["timeOfDay/table"][inputs["timeOfDay"]]),
        all_of(p["weekday/table"][inputs["weekday"]]),
        jnp.broadcast_to(p["adaptive/table"].transpose(1, 0, 2), (batch, steps, nodes, 80))], axis=-1)

    def norm(x, path):
        mean, variance = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
        return (x - mean) * jax.lax.rsqrt(variance + 1e-5) * p[path + "/scale"] + p[path + "/shift"]

    def layer(x, path, number):
        keys = [None, None] if key is None else jax.random.split(jax.random.fold_in(key, number))
        heads = lambda part: dense(p, f"{path}/attention/{part}", x).reshape(*x.shape[:-1], 4, 38)
        weights = jax.nn.softmax(jnp.einsum("...qhd,...khd->...hqk", heads("query"), heads("key")) / 38 ** 0.5)
        found = jnp.einsum("...hqk,...khd->...qhd", weights, heads("value")).reshape(x.shape)
        x = norm(x + drop(dense(p, f"{path}/attention/output", found), 0.1, keys[0]), path + "/norm0")
        inner = jax.nn.relu(dense(p, path + "/in", x))
        return norm(x + drop(dense(p, path + "/out", inner), 0.1, keys[1]), path + "/norm1")

    x = layer(x.transpose(0, 2, 1, 3), "time", 0).transpose(0, 2, 1, 3)
    x = layer(x, "space", 1).transpose(0, 2, 1, 3).reshape(batch, nodes, -1)
    return jnp.mean(jnp.abs(dense(p, "head", x).transpose(0, 2, 1) - inputs["expected"]))


CASES = {"dense-64": (dense64, 0), "stid-207": (stid207, 5), "gwnet-207": (gwnet207, 5), "gru-64": (gru64, 5),
         "conv-vgg": (conv_vgg, 5), "attn-207": (attention207, 5)}
loss_of, clip = CASES[arguments.case]
exchange = Exchange(arguments.exchange)
inputs = jax.tree.map(jnp.asarray, exchange.inputs)
constants = jax.tree.map(jnp.asarray, exchange.constants)
parameters = {name: jnp.asarray(values) for name, values in exchange.parameters.items()}


def train(state, inputs, key):
    p, first, second, count = state
    loss, gradients = jax.value_and_grad(loss_of)(p, inputs, constants, key)
    if clip:
        norm = jnp.sqrt(sum(jnp.sum(g * g) for g in jax.tree.leaves(gradients)))
        gradients = jax.tree.map(lambda g: g * jnp.minimum(1.0, clip / (norm + 1e-6)), gradients)
    count = count + 1
    first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradients)
    second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradients)
    rate = 1e-3 * jnp.sqrt(1 - 0.999 ** count) / (1 - 0.9 ** count)
    p = jax.tree.map(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + 1e-8), p, first, second)
    return (p, first, second, count), loss


if arguments.check:
    loss, gradients = jax.jit(jax.value_and_grad(loss_of), static_argnums=3)(parameters, inputs, constants, None)
    tell(difference=exchange.difference(float(loss), gradients), worst=exchange.worst)
else:
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    state = (parameters, zeros, jax.tree.map(jnp.zeros_like, parameters), jnp.zeros((), jnp.float32))
    step_of = jax.jit(train, donate_argnums=0)
    key = jax.random.key(0)
    number = [0]

    def step():
        global state
        number[0] += 1
        state, loss = step_of(state, inputs, jax.random.fold_in(key, number[0]))
        return float(loss)

    tell(parameters=sum(v.size for v in parameters.values()))
    serve(step)
