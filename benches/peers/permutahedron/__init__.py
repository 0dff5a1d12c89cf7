"""Soft ranks and soft sorts of rows, ascending, under both regularizations, alone and with the gradient in the rows."""

import numpy as np

from tolerance import largest, mean

RUST_PEERS = ["fynch"]
PEERS = ["numba_loop", "torchsort", "torchsort_cuda"]
TASKS = {
    "rank_l2": "soft rank, L2",
    "rank_l2_gradient": "soft rank and its gradient, L2",
    "rank_kl": "soft rank, KL",
    "rank_kl_gradient": "soft rank and its gradient, KL",
    "sort_l2": "soft sort, L2",
    "sort_l2_gradient": "soft sort and its gradient, L2",
    "sort_kl": "soft sort, KL",
    "sort_kl_gradient": "soft sort and its gradient, KL",
}
# Single rows of three lengths, to see how the time of an element grows.
CASES = {
    "128 rows of 1000": {"rows": 128, "n": 1000},
    "1 row of 100000": {"rows": 1, "n": 100_000},
    "4096 rows of 64": {"rows": 4096, "n": 64},
    "1 row of 10000": {"rows": 1, "n": 10_000},
    "1 row of 1000000": {"rows": 1, "n": 1_000_000},
}
GOALS = {}
MEMORY = False
UNIT = "element"
# torchsort, which adds in f32, is the farthest, in the row of 100,000. Gradients jump where a block falls apart in two, and in f32 some
# blocks do that do not in f64, and the other way round.
TOLERANCES = {task: mean(5e-2) if task.endswith("gradient") else largest(1e-3) for task in TASKS}


def inputs(rows, n):
    """Normal numbers, with strengths at which a row has blocks of many sizes: those at which neighbours of the sorted row, in its
    middle, are about as far from each other as they may be without being pooled."""
    random = np.random.default_rng(1)
    return {
        "x": random.standard_normal((rows, n), dtype=np.float32),
        "cotangent": random.standard_normal((rows, n), dtype=np.float32),
        "rank_l2": np.float32([4 / n]),
        "rank_kl": np.float32([1]),
        "sort_l2": np.float32([n / 4]),
        "sort_kl": np.float32([n / 4]),
    }


def units(inputs):
    return inputs["x"].size


def expected(inputs):
    # Here, because `run.py --help` and the other families need no compiler.
    from . import numba_loop as loop

    results = (task() for name, task in loop.tasks(inputs).items() if name.endswith("gradient"))
    return {name: array for result in results for name, array in result.items()}
