"""Perturbed argmax of rows: means of solutions and of maxima over samples of noise, which each contender draws for itself."""

import numpy as np

from tolerance import mean

RUST_PEERS = []
PEERS = ["torch_cpu", "torch_cuda"]
TASKS = {"normal": "perturbed argmax, normal noise", "gumbel": "perturbed argmax, Gumbel noise"}
CASES = {
    "1024 problems of 1000, 1000 samples": {"rows": 1024, "n": 1000, "samples": 1000},
    "1024 problems of 10, 1000 samples": {"rows": 1024, "n": 10, "samples": 1000},
}
GOALS = {("1024 problems of 1000, 1000 samples", "normal"): 5}
MEMORY = False
UNIT = "draw"
SIGMA = 0.5
# Of means over samples, which have errors of their own: at worst 0.011 of 2 in a maximum, and in a solution the root of p / 1000 where p is
# the share of a coordinate.
TOLERANCES = {
    "normal_maximum": mean(2e-2),
    "normal_solution": mean(2e-1),
    "gumbel_maximum": mean(2e-2),
    "gumbel_solution": mean(6e-1),
}


def inputs(rows, n, samples):
    random = np.random.default_rng(1)
    return {
        "theta": random.standard_normal((rows, n), dtype=np.float32),
        "samples": np.float32([samples]),
        "sigma": np.float32([SIGMA]),
    }


def units(inputs):
    return inputs["theta"].size * int(inputs["samples"][0])


def expected(inputs):
    """What the means are of: for Gumbel noise a softmax and its logarithm, for normal noise integrals over the value of the maximum."""
    theta = inputs["theta"].astype(np.float64) / SIGMA
    largest = theta.max(axis=1, keepdims=True)
    sums = np.exp(theta - largest).sum(axis=1, keepdims=True)
    results = [normal(row) for row in theta]
    return {
        "gumbel_solution": np.exp(theta - largest) / sums,
        "gumbel_maximum": SIGMA * ((largest + np.log(sums))[:, 0] + np.euler_gamma),
        "normal_solution": np.array([solution for solution, _ in results]),
        "normal_maximum": SIGMA * np.array([maximum for _, maximum in results]),
    }


def normal(row):
    """P(i wins) = integral of phi(v - row[i]) prod over the others of Phi(v - row[j]) dv, and the mean of the maximum v."""
    # Here, because `run.py --help` and the other families do without.
    from scipy.special import log_ndtr

    # 200 steps of a fourteenth of a standard deviation: the integrand is smooth.
    v = row.max() + np.linspace(-7, 8, 210)[:, None]
    below = log_ndtr(v - row)
    density = np.exp(below.sum(axis=1, keepdims=True) - below - (v - row) ** 2 / 2) / np.sqrt(2 * np.pi)
    step = v[1, 0] - v[0, 0]
    return density.sum(axis=0) * step, (v[:, 0] * density.sum(axis=1)).sum() * step
