"""pysdtw as its page shows it: a batch, the default distance, on the CPU, where numba spreads it over the cores."""

import pysdtw

from . import torch_module

PACKAGES = ["pysdtw", "numba", "torch"]


def tasks(inputs):
    return torch_module.tasks(pysdtw.SoftDTW(gamma=float(inputs["gamma"][0]), use_cuda=False), inputs)
