"""Whether PyTorch can run a peer on an NVIDIA GPU here. In f32, never in TF32, which has 10 bits of mantissa."""

import torch


def tasks(family, make):
    """What `make` returns, or why there is nothing, for each of a family's tasks."""
    if not torch.cuda.is_available():
        return dict.fromkeys(family.TASKS, "PyTorch finds no CUDA device here")
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    return make("cuda")


def peak(run):
    """Bytes of tensors on the device at the peak, beyond what was there before."""
    before = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    run()
    return torch.cuda.max_memory_allocated() - before
