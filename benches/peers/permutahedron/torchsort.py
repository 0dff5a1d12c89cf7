"""torchsort as its page shows it: rows in an f32 tensor. On the CPU PyTorch sorts them on all cores, its extension then takes row by row."""

import torch
import torchsort

PACKAGES = ["torchsort", "torch"]
# Beyond, its sums in f32 lose more than can be checked: 2 % of the values at a million elements.
LONGEST = 100_000


def tasks(inputs, device="cpu"):
    """The arrays come from the host and go back there."""
    x, cotangent = torch.from_numpy(inputs["x"]), torch.from_numpy(inputs["cotangent"])

    def forward(operator, name, regularization):
        strength = float(inputs[name][0])
        return lambda rows: operator(rows, regularization=regularization, regularization_strength=strength)

    tasks = {}
    for operator, function in (("rank", torchsort.soft_rank), ("sort", torchsort.soft_sort)):
        for regularization in ("l2", "kl"):
            name = f"{operator}_{regularization}"
            compute = forward(function, name, regularization)
            tasks[name] = value_of(compute, x, device, name)
            tasks[f"{name}_gradient"] = gradient_of(compute, x, cotangent, device, name)
    too_long = f"beyond {LONGEST} elements its sums in f32 are too far from the reference"
    return tasks if x.shape[1] <= LONGEST else dict.fromkeys(tasks, too_long)


def value_of(compute, x, device, name):
    def run():
        with torch.no_grad():
            return {name: compute(x.to(device)).cpu().numpy()}

    return run


def gradient_of(compute, x, cotangent, device, name):
    def run():
        leaf = x.detach().to(device).requires_grad_()
        value = compute(leaf)
        value.backward(cotangent.to(device))
        return {name: value.detach().cpu().numpy(), f"{name}_gradient": leaf.grad.cpu().numpy()}

    return run
