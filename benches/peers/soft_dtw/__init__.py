"""Soft-DTW of pairs of series, one channel, squared Euclidean cost, which is every package's default but two: ours,
which takes it as an option, and soft-dtw-rust's."""

import numpy as np

from tolerance import largest

RUST_PEERS = []
PEERS = ["numba_loop", "tslearn", "pysdtw", "pysdtw_cuda", "soft_dtw_rust"]
TASKS = {"value": "value", "gradients": "value and both gradients"}
CASES = {
    "256 pairs of 128 x 128": {"pairs": 256, "length": 128},
    "1 pair of 1024 x 1024": {"pairs": 1, "length": 1024},
    "4096 pairs of 32 x 32": {"pairs": 4096, "length": 32},
}
# How many times as fast as the fastest peer we want to be.
GOALS = {("256 pairs of 128 x 128", "value"): 25, ("256 pairs of 128 x 128", "gradients"): 15}
MEMORY = False
UNIT = "cell"
# Tables in f32 lose the most, in a long pair's gradients.
TOLERANCES = {
    "value": largest(1e-5),
    "grad_x": largest(1e-3),
    "grad_y": largest(1e-3),
    "value_of_absolute_cost": largest(1e-5),
}


def inputs(pairs, length):
    """Z-normalised random walks, as f32, so that all packages get the same numbers."""
    random = np.random.default_rng(1)
    return {"x": walks(random, pairs, length), "y": walks(random, pairs, length), "gamma": np.float32([1.0])}


def walks(random, pairs, length):
    positions = random.uniform(-1, 1, (pairs, length)).cumsum(axis=1)
    centred = positions - positions.mean(axis=1, keepdims=True)
    return (centred / centred.std(axis=1, keepdims=True)).astype(np.float32)


def units(inputs):
    """The cells of all tables."""
    return inputs["x"].size * inputs["y"].shape[1]


def expected(inputs):
    # Here, because `run.py --help` and the other families need no compiler.
    from . import numba_loop as loop

    x, y, gamma = inputs["x"].astype(np.float64), inputs["y"].astype(np.float64), float(inputs["gamma"][0])
    value, grad_x, grad_y = loop.value_and_gradients(x, y, gamma)
    absolute = loop.value(x, y, gamma, loop.absolute)
    return {"value": value, "grad_x": grad_x, "grad_y": grad_y, "value_of_absolute_cost": absolute}
