"""torchsort with its CUDA extension, which its build makes where it finds `nvcc`."""

import on_cuda
import permutahedron

from . import torchsort

PACKAGES = torchsort.PACKAGES


def tasks(inputs):
    return on_cuda.tasks(permutahedron, lambda device: torchsort.tasks(inputs, device))
