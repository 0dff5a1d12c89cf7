"""momentumnet on PyTorch with CUDA."""

import momentum
import on_cuda

from . import momentumnet_torch

PACKAGES = ["momentumnet", "torch"]
peak = on_cuda.peak


def tasks(inputs):
    return on_cuda.tasks(momentum, lambda device: momentumnet_torch.tasks(inputs, device))
