"""PyTorch, eager. (A file named torch.py would hide the package from itself.)"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "work"))

import data
import protocol
import torch
from torch.nn import functional

torch.set_num_threads(int(sys.argv[1]))


def train(spec, made=None):
    images, labels, weights = made or data.net(spec)
    x, t = torch.from_numpy(images), torch.from_numpy(labels)
    layers = [
        (
            torch.from_numpy(weight).clone().requires_grad_(),
            torch.zeros(weight.shape[1], requires_grad=True),
        )
        for weight in weights
    ]
    parameters = [parameter for layer in layers for parameter in layer]
    kind = torch.optim.Adam if spec["optimizer"] == "adam" else torch.optim.SGD
    optimizer = kind(parameters, lr=spec["learningRate"])

    def run():
        y = x
        for i, (weight, bias) in enumerate(layers):
            y = torch.addmm(bias, y, weight)
            if i < len(layers) - 1:
                y = functional.relu(y)
        loss = functional.cross_entropy(y, t)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.item()

    return run, float


def first(spec):
    made = data.net(spec)  # before the clock runs
    return (lambda: train(spec, made)[0]()), float


def matmul(spec):
    a, b = map(torch.from_numpy, data.factors(spec["size"]))
    return (lambda: a @ b), data.sample


def elementwise(spec):
    x, scale, shift = map(torch.from_numpy, data.table(spec))
    return (lambda: torch.tanh(x * scale + shift) * torch.sigmoid(x) + x), data.sample


def softmax(spec):
    x = torch.from_numpy(data.table(spec)[0])
    return (lambda: torch.softmax(x, -1)), data.sample


def chain(spec):
    x = torch.tensor(1.0)
    length = spec["length"] // 2

    def run():
        y = x
        for _ in range(length):
            y = y * 0.999 + 0.0015
        return y.item()

    return run, float


def call(spec):
    x = torch.tensor(1.0)
    return (lambda: (x + 1).item()), float


protocol.serve(
    torch.__version__,
    {
        "train": train,
        "first": first,
        "matmul": matmul,
        "elementwise": elementwise,
        "softmax": softmax,
        "chain": chain,
        "call": call,
    },
)
