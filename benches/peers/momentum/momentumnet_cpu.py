"""momentumnet on PyTorch's CPU backend."""

from . import momentumnet_torch

PACKAGES = ["momentumnet", "torch"]


def tasks(inputs):
    return momentumnet_torch.tasks(inputs, "cpu")
