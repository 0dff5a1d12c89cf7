"""PyTorch with CUDA."""

import on_cuda
import perturbed

from . import torch_samples

PACKAGES = ["torch"]


def tasks(inputs):
    return on_cuda.tasks(perturbed, lambda device: torch_samples.tasks(inputs, device))
