"""tslearn's loss for PyTorch: the part of its interface that takes aligned batches, spreads them over the cores with
numba, and has gradients. (`soft_dtw` takes one pair at a time on one core, `cdist_soft_dtw` computes all pairs.)"""

from tslearn.metrics import SoftDTWLossPyTorch

from . import torch_module

PACKAGES = ["tslearn", "numba", "torch"]


def tasks(inputs):
    return torch_module.tasks(SoftDTWLossPyTorch(gamma=float(inputs["gamma"][0])), inputs)
