"""PyTorch's CPU backend."""

from . import torch_samples

PACKAGES = ["torch"]


def tasks(inputs):
    return torch_samples.tasks(inputs, "cpu")
