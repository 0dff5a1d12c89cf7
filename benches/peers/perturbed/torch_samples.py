"""Vectorised PyTorch, f32: noise of some samples at a time is drawn into one array, which the parameters are added to in place.

That is the fastest of the forms that were tried: fresh arrays for each step take twice as long, fewer or more samples at a time as long or longer.
"""

import torch

NUMBERS = 1 << 24  # of noise at a time: 64 MiB


def tasks(inputs, device):
    host = torch.from_numpy(inputs["theta"])
    samples, sigma = int(inputs["samples"][0]), float(inputs["sigma"][0])
    rows, n = host.shape
    part = max(NUMBERS // host.numel(), 1)

    def task(name, draw):
        def run():
            theta = host.to(device)
            counts, maxima = torch.zeros(rows, n, device=device), torch.zeros(rows, device=device)
            z, ones = torch.empty(part, rows, n, device=device), torch.ones(rows, part, device=device)
            for first in range(0, samples, part):
                some = z[: min(part, samples - first)]
                draw(some)
                some.mul_(sigma).add_(theta)
                values, winners = some.max(dim=-1)
                maxima += values.sum(dim=0)
                counts.scatter_add_(1, winners.T, ones[:, : len(some)])
            return {f"{name}_maximum": (maxima / samples).cpu().numpy(), f"{name}_solution": (counts / samples).cpu().numpy()}

        return run

    return {
        "normal": task("normal", lambda z: z.normal_()),
        "gumbel": task("gumbel", lambda z: z.exponential_().log_().neg_()),
    }
