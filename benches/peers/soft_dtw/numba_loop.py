"""The loop that one writes by hand: f64, compiled by numba, pairs spread over the cores.

As numba's performance tips have it: `parallel=True` with `prange`, and fast-math. Of its flags `nnan` and `ninf` are
left out, because the borders of the table are infinite. `prange` runs over the threads, each with its own share of
the pairs and tables that it allocates once.
"""

import math

import numba
import numpy as np

PACKAGES = ["numba", "numpy"]
FAST = {"nsz", "arcp", "contract", "afn", "reassoc"}


def tasks(inputs):
    x, y, gamma = inputs["x"].astype(np.float64), inputs["y"].astype(np.float64), float(inputs["gamma"][0])

    def gradients():
        return dict(zip(("value", "grad_x", "grad_y"), value_and_gradients(x, y, gamma)))

    return {"value": lambda: {"value": value(x, y, gamma, squared)}, "gradients": gradients}


@numba.njit(fastmath=FAST)
def squared(a, b):
    return (a - b) * (a - b)


@numba.njit(fastmath=FAST)
def absolute(a, b):
    return abs(a - b)


@numba.njit(parallel=True, fastmath=FAST)
def value(x, y, gamma, cost):
    """Keeps one row of the table at a time."""
    pairs, n = x.shape
    m = y.shape[1]
    result = np.empty(pairs)
    threads = numba.get_num_threads()
    for thread in numba.prange(threads):
        row = np.empty(m + 1)
        for pair in range(thread * pairs // threads, (thread + 1) * pairs // threads):
            row[:] = np.inf
            row[0] = 0.0
            for i in range(n):
                diagonal = row[0]
                row[0] = np.inf
                left = np.inf
                for j in range(m):
                    up = row[j + 1]
                    # The exponential of the least is 1, so two are enough.
                    low, high = (up, left) if up < left else (left, up)
                    least, middle = (low, diagonal) if low < diagonal else (diagonal, low)
                    total = 1.0 + math.exp((least - middle) / gamma) + math.exp((least - high) / gamma)
                    left = cost(x[pair, i], y[pair, j]) + least - gamma * math.log(total)
                    row[j + 1] = left
                    diagonal = up
            result[pair] = row[m]
    return result


@numba.njit(parallel=True, fastmath=FAST)
def value_and_gradients(x, y, gamma):
    """For the squared Euclidean cost. Keeps the weights of the steps into each cell, so that the way back needs no
    exponentials."""
    pairs, n = x.shape
    m = y.shape[1]
    result = np.empty(pairs)
    grad_x = np.zeros((pairs, n))
    grad_y = np.zeros((pairs, m))
    threads = numba.get_num_threads()
    for thread in numba.prange(threads):
        row = np.empty(m + 1)
        from_up = np.empty((n, m))
        from_left = np.empty((n, m))
        for pair in range(thread * pairs // threads, (thread + 1) * pairs // threads):
            row[:] = np.inf
            row[0] = 0.0
            for i in range(n):
                diagonal = row[0]
                row[0] = np.inf
                left = np.inf
                for j in range(m):
                    up = row[j + 1]
                    least = min(up, left, diagonal)
                    up_weight = math.exp((least - up) / gamma)
                    left_weight = math.exp((least - left) / gamma)
                    total = up_weight + left_weight + math.exp((least - diagonal) / gamma)
                    from_up[i, j] = up_weight / total
                    from_left[i, j] = left_weight / total
                    left = squared(x[pair, i], y[pair, j]) + least - gamma * math.log(total)
                    row[j + 1] = left
                    diagonal = up
            result[pair] = row[m]

            # The same row again, now of the probabilities that a cell is on the path.
            row[:] = 0.0
            row[m - 1] = 1.0
            for i in range(n - 1, -1, -1):
                to_left = 0.0
                to_diagonal = 0.0
                for j in range(m - 1, -1, -1):
                    on_path = row[j] + to_left
                    slope = 2.0 * (x[pair, i] - y[pair, j]) * on_path
                    grad_x[pair, i] += slope
                    grad_y[pair, j] -= slope
                    to_up = on_path * from_up[i, j]
                    to_left = on_path * from_left[i, j]
                    row[j] = to_up + to_diagonal
                    to_diagonal = on_path - to_up - to_left
    return result, grad_x, grad_y
