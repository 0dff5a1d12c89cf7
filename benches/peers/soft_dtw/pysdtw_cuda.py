"""pysdtw as its page shows it: a batch, the default distance, on a GPU, through numba's CUDA kernels."""

import on_cuda
import pysdtw
import soft_dtw

from . import torch_module

PACKAGES = ["pysdtw", "numba", "torch"]


def tasks(inputs):
    def make(device):
        return torch_module.tasks(pysdtw.SoftDTW(gamma=float(inputs["gamma"][0]), use_cuda=True), inputs, device)

    return on_cuda.tasks(soft_dtw, make)
