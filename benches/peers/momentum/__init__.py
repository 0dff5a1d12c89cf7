"""Momentum networks of perceptrons: the last state, alone and with the gradients of its product with a given array."""

import numpy as np

from tolerance import largest

RUST_PEERS = []
PEERS = ["momentumnet_cpu", "momentumnet_cuda"]
TASKS = {
    "forward": "forward",
    "stored": "forward, and backward by stored states",
    "reversible": "forward, and backward by reversed states",
}
CASES = {
    "batch 256, width 128, hidden 256, depth 32": {"batch": 256, "width": 128, "hidden": 256, "depth": 32},
    # Not deeper: at depth 128 momentumnet's gradients by reversed states are off by 0.85 of the largest.
    "batch 64, width 32, hidden 64, depth 32": {"batch": 64, "width": 32, "hidden": 64, "depth": 32},
}
GOALS = {}
MEMORY = True  # of which the peak is compared too
UNIT = "multiply-add of the forward pass"
GAMMA = 0.9
GRADIENTS = ["grad_x", "grad_w1", "grad_b1", "grad_w2", "grad_b2"]
# All are in f32.
TOLERANCES = {"forward_y": largest(1e-5)} | {
    f"{task}_{name}": largest(1e-4) for task in ("stored", "reversible") for name in ("y", *GRADIENTS)
}


def inputs(batch, width, hidden, depth):
    random = np.random.default_rng(1)

    def normal(rows, columns, scale):
        return (scale * random.standard_normal((rows, columns))).astype(np.float32)

    return {
        "x": normal(batch, width, 1),
        "cotangent": normal(batch, width, 1),
        # One layer below the other.
        "w1": normal(depth * hidden, width, width**-0.5),
        "b1": normal(depth, hidden, 0.1),
        "w2": normal(depth * width, hidden, hidden**-0.5),
        "b2": normal(depth, width, 0.1),
        "gamma": np.float32([GAMMA]),
    }


def layers(inputs):
    """Of each layer w1, b1, w2 and b2."""
    depth, hidden = inputs["b1"].shape
    width = inputs["b2"].shape[1]
    w1 = inputs["w1"].reshape(depth, hidden, width)
    w2 = inputs["w2"].reshape(depth, width, hidden)
    return list(zip(w1, inputs["b1"], w2, inputs["b2"]))


def units(inputs):
    return len(inputs["x"]) * (inputs["w1"].size + inputs["w2"].size)


def expected(inputs):
    """In f64, with the states kept."""
    arrays = {name: array.astype(np.float64) for name, array in inputs.items()}
    gamma, x = GAMMA, arrays["x"]
    v = np.zeros_like(x)
    kept = []
    for w1, b1, w2, b2 in layers(arrays):
        h = np.tanh(x @ w1.T + b1)
        kept.append((x, h))
        v = gamma * v + (1 - gamma) * (h @ w2.T + b2)
        x = x + v
    gradients = {name: [] for name in ("w1", "b1", "w2", "b2")}
    grad_x, grad_v = arrays["cotangent"], np.zeros_like(x)
    for (before, h), (w1, _, w2, _) in zip(reversed(kept), reversed(layers(arrays))):
        grad_v = grad_v + grad_x
        grad_f = (1 - gamma) * grad_v
        grad_h = (grad_f @ w2) * (1 - h**2)
        for name, gradient in [
            ("w2", grad_f.T @ h),
            ("b2", grad_f.sum(axis=0)),
            ("w1", grad_h.T @ before),
            ("b1", grad_h.sum(axis=0)),
        ]:
            gradients[name].append(gradient)
        grad_x = grad_x + grad_h @ w1
        grad_v = gamma * grad_v
    found = {"y": x, "grad_x": grad_x}
    for name, of_layers in gradients.items():
        found[f"grad_{name}"] = np.concatenate([np.atleast_2d(gradient) for gradient in reversed(of_layers)])
    both = {f"{task}_{name}": array for task in ("stored", "reversible") for name, array in found.items()}
    return {"forward_y": x} | both
