"""momentumnet on PyTorch, f32: `use_backprop` keeps what autograd needs; without it states are inverted, in fixed point."""

import numpy as np
import torch
from momentumnet import MomentumNet

from momentum import layers


def perceptron(w1, b1, w2, b2):
    first, second = torch.nn.Linear(*reversed(w1.shape)), torch.nn.Linear(*reversed(w2.shape))
    return torch.nn.Sequential(first, torch.nn.Tanh(), second)


def tasks(inputs, device):
    """As ours do, each run takes the state and the parameters from the host and brings all that it finds back there."""
    layer_arrays = [[torch.from_numpy(array) for array in layer] for layer in layers(inputs)]
    functions = [perceptron(*layer).to(device) for layer in layer_arrays]
    gamma = float(inputs["gamma"][0])
    host = [torch.from_numpy(inputs[name]) for name in ("x", "cotangent")]

    def upload():
        with torch.no_grad():
            for function, layer in zip(functions, layer_arrays):
                for parameter, array in zip(function.parameters(), layer):
                    parameter.copy_(array)
        return (array.to(device) for array in host)

    def forward():
        x, _ = upload()
        net = MomentumNet(functions, gamma=gamma)
        with torch.no_grad():
            return {"forward_y": net(x).cpu().numpy()}

    def gradients(task, use_backprop):
        def run():
            x, cotangent = upload()
            net = MomentumNet(functions, gamma=gamma, use_backprop=use_backprop)
            start = x.clone().requires_grad_(True)
            end = net(start)
            parameters = [parameter for function in functions for parameter in function.parameters()]
            found = torch.autograd.grad(end, [start, *parameters], cotangent)
            arrays = [array.cpu().numpy() for array in found]
            named = {"y": end.detach().cpu().numpy(), "grad_x": arrays[0]}
            for place, name in enumerate(["grad_w1", "grad_b1", "grad_w2", "grad_b2"]):
                named[name] = np.concatenate([np.atleast_2d(array) for array in arrays[1 + place :: 4]])
            return {f"{task}_{name}": array for name, array in named.items()}

        return run

    return {
        "forward": forward,
        "stored": gradients("stored", True),
        "reversible": gradients("reversible", False),
    }
