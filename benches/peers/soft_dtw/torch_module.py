"""What tslearn and pysdtw have in common: a PyTorch module from `[batch, length, channels]` to `[batch]`."""

import torch


def tasks(module, inputs, device="cpu"):
    """The arrays stay f32, which is PyTorch's default and here faster than f64; they come from the host and go back there."""
    x, y = (torch.from_numpy(inputs[name]).unsqueeze(-1) for name in ("x", "y"))

    def value():
        with torch.no_grad():
            return {"value": module(x.to(device), y.to(device)).cpu().numpy()}

    def gradients():
        leaf_x, leaf_y = x.detach().to(device).requires_grad_(), y.detach().to(device).requires_grad_()
        result = module(leaf_x, leaf_y)
        result.sum().backward()
        return {
            "value": result.detach().cpu().numpy(),
            "grad_x": leaf_x.grad.squeeze(-1).cpu().numpy(),
            "grad_y": leaf_y.grad.squeeze(-1).cpu().numpy(),
        }

    return {"value": value, "gradients": gradients}
