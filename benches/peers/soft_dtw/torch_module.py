"""What tslearn and pysdtw have in common: a PyTorch module from `[batch, length, channels]` to `[batch]`."""

import torch


def tasks(module, inputs):
    """The arrays stay f32, which is PyTorch's default and here faster than f64."""
    x, y = (torch.from_numpy(inputs[name]).unsqueeze(-1) for name in ("x", "y"))

    def value():
        with torch.no_grad():
            return {"value": module(x, y).numpy()}

    def gradients():
        leaf_x, leaf_y = x.detach().requires_grad_(), y.detach().requires_grad_()
        result = module(leaf_x, leaf_y)
        result.sum().backward()
        return {
            "value": result.detach().numpy(),
            "grad_x": leaf_x.grad.squeeze(-1).numpy(),
            "grad_y": leaf_y.grad.squeeze(-1).numpy(),
        }

    return {"value": value, "gradients": gradients}
