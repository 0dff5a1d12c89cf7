"""momentumnet on PyTorch's CPU backend, f32: `use_backprop` keeps what autograd needs; without it states are inverted, in fixed point."""

import numpy as np
import torch
from momentumnet import MomentumNet

from momentum import layers

PACKAGES = ["momentumnet", "torch"]


def perceptron(w1, b1, w2, b2):
    first, second = torch.nn.Linear(*reversed(w1.shape)), torch.nn.Linear(*reversed(w2.shape))
    with torch.no_grad():
        for parameter, array in [(first.weight, w1), (first.bias, b1), (second.weight, w2), (second.bias, b2)]:
            parameter.copy_(torch.from_numpy(array))
    return torch.nn.Sequential(first, torch.nn.Tanh(), second)


def tasks(inputs):
    functions = [perceptron(*layer) for layer in layers(inputs)]
    gamma = float(inputs["gamma"][0])
    x, cotangent = torch.from_numpy(inputs["x"]), torch.from_numpy(inputs["cotangent"])

    def forward():
        net = MomentumNet(functions, gamma=gamma)
        with torch.no_grad():
            return {"forward_y": net(x).numpy()}

    def gradients(task, use_backprop):
        def run():
            net = MomentumNet(functions, gamma=gamma, use_backprop=use_backprop)
            start = x.clone().requires_grad_(True)
            end = net(start)
            parameters = [parameter for function in functions for parameter in function.parameters()]
            found = torch.autograd.grad(end, [start, *parameters], cotangent)
            arrays = [array.numpy() for array in found]
            named = {"y": end.detach().numpy(), "grad_x": arrays[0]}
            for place, name in enumerate(["grad_w1", "grad_b1", "grad_w2", "grad_b2"]):
                named[name] = np.concatenate([np.atleast_2d(array) for array in arrays[1 + place :: 4]])
            return {f"{task}_{name}": array for name, array in named.items()}

        return run

    return {
        "forward": forward,
        "stored": gradients("stored", True),
        "reversible": gradients("reversible", False),
    }
