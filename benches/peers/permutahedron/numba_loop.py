"""The loop that one writes by hand: pool adjacent violators in f64, compiled by numba, rows spread over the cores.

As numba's performance tips have it: `parallel=True` with `prange`, and fast-math less `nnan` and `ninf`. NumPy sorts, since its sort
uses the processor's vector units and numba's does not.
"""

import math

import numba
import numpy as np

PACKAGES = ["numba", "numpy"]
FAST = {"nsz", "arcp", "contract", "afn", "reassoc"}


def tasks(inputs):
    x, cotangent = inputs["x"], inputs["cotangent"].astype(np.float64)

    def task(operator, regularization, gradient):
        name = f"{operator}_{regularization}"
        settings = float(inputs[name][0]), operator == "rank", regularization == "kl", gradient

        def run():
            order = np.argsort(x, axis=1)
            # The largest s belongs to the largest x, the largest w to the smallest.
            order = order[:, ::-1] if operator == "rank" else order
            value, grad = soft(x, order, cotangent, *settings)
            return {name: value, f"{name}_gradient": grad} if gradient else {name: value}

        return run

    return {
        f"{operator}_{regularization}{suffix}": task(operator, regularization, gradient)
        for operator in ("rank", "sort")
        for regularization in ("l2", "kl")
        for suffix, gradient in (("", False), ("_gradient", True))
    }


@numba.njit(parallel=True, fastmath=FAST)
def soft(x, orders, cotangents, strength, ranks, kl, gradient):
    """Projects s onto the permutahedron of w, both sorted in descending order, and its result back to where the elements belong."""
    rows, n = x.shape
    value = np.empty((rows, n))
    grad = np.empty((rows, n)) if gradient else np.empty((0, n))
    threads = min(numba.get_num_threads(), rows)
    for thread in numba.prange(threads):
        s, w = np.empty(n), np.empty(n)
        of_s, of_w, sizes = np.empty(n), np.empty(n), np.empty(n, np.int64)
        for row in range(thread * rows // threads, (thread + 1) * rows // threads):
            order = orders[row]
            for i in range(n):
                rho = n - i
                if ranks:
                    s[i] = x[row, order[i]] / strength
                    w[i] = math.log(rho) if kl else rho
                else:
                    s[i] = rho / strength
                    w[i] = -x[row, order[i]]
            blocks = pool_kl(s, w, of_s, of_w, sizes) if kl else pool_l2(s, w, of_s, sizes)
            start = 0
            for block in range(blocks):
                end = start + sizes[block]
                offset = of_s[block] - of_w[block] if kl else of_s[block] / sizes[block]
                for i in range(start, end):
                    p = s[i] - offset
                    if ranks:
                        value[row, order[i]] = math.exp(p) if kl else p
                    else:
                        value[row, i] = -p
                if gradient:
                    of_block = order[start:end]
                    if ranks:
                        rank_gradient(of_block, cotangents[row], value[row], kl, strength, grad[row])
                    else:
                        sort_gradient(of_block, cotangents[row, start:end], w[start:end], kl, grad[row])
                start = end
    return value, grad


@numba.njit(fastmath=FAST)
def pool_l2(s, w, sums, sizes):
    """The blocks of the descending fit to s - w: their number, their sums and their sizes."""
    blocks = 0
    for i in range(len(s)):
        total, size = s[i] - w[i], 1
        while blocks > 0 and sums[blocks - 1] * size <= total * sizes[blocks - 1]:
            blocks -= 1
            total += sums[blocks]
            size += sizes[blocks]
        sums[blocks], sizes[blocks] = total, size
        blocks += 1
    return blocks


@numba.njit(fastmath=FAST)
def pool_kl(s, w, of_s, of_w, sizes):
    """Likewise for the logarithms of the sums of exp(s) and exp(w)."""
    blocks = 0
    for i in range(len(s)):
        log_s, log_w, size = s[i], w[i], 1
        while blocks > 0 and of_s[blocks - 1] - of_w[blocks - 1] <= log_s - log_w:
            blocks -= 1
            log_s = log_add(of_s[blocks], log_s)
            log_w = log_add(of_w[blocks], log_w)
            size += sizes[blocks]
        of_s[blocks], of_w[blocks], sizes[blocks] = log_s, log_w, size
        blocks += 1
    return blocks


@numba.njit(fastmath=FAST)
def log_add(a, b):
    return max(a, b) + math.log1p(math.exp(-abs(a - b)))


@numba.njit(fastmath=FAST)
def rank_gradient(of_block, cotangent, rank, kl, strength, grad):
    """L2: g - mean(g); KL, with the ranks r: r (g - <r, g> / sum(r)); both over the strength."""
    weighted, weights = 0.0, 0.0
    for i in of_block:
        weight = rank[i] if kl else 1.0
        weighted += weight * cotangent[i]
        weights += weight
    for i in of_block:
        weight = rank[i] if kl else 1.0
        grad[i] = weight * (cotangent[i] - weighted / weights) / strength


@numba.njit(fastmath=FAST)
def sort_gradient(of_block, cotangent, w, kl, grad):
    """The block's sum of the cotangent, shared out equally for L2, by the softmax of w for KL."""
    whole, weights = 0.0, 0.0
    for i in range(len(of_block)):
        whole += cotangent[i]
        weights += math.exp(w[i] - w[0]) if kl else 1.0
    for i in range(len(of_block)):
        weight = math.exp(w[i] - w[0]) if kl else 1.0
        grad[of_block[i]] = whole * weight / weights
