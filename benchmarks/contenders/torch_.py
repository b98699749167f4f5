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


def parameter(array):
    return torch.from_numpy(array).clone().requires_grad_()


def layer_of(layer, parameters):
    """A layer as a function of its input; its parameters are added to `parameters`."""
    op = layer["op"]
    if op == "relu":
        return functional.relu
    if op == "maxPool":
        return lambda x: functional.max_pool2d(x, layer["size"])
    if op == "pixelMean":
        return lambda x: x.mean((2, 3))
    weight = parameter(layer["weight"])
    bias = torch.zeros(layer["outputs"], requires_grad=True)
    parameters += [weight, bias]
    if op == "affine":
        return lambda x: torch.addmm(bias, x.flatten(1), weight)
    padding, groups = layer["padding"], layer["groups"]
    return lambda x: functional.conv2d(x, weight, bias, padding=padding, groups=groups)


def trained(parameters, spec, loss_of):
    """A step of SGD."""
    optimizer = torch.optim.SGD(parameters, lr=spec["learningRate"])

    def run():
        loss = loss_of()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.item()

    return run, float


def train_images(spec):
    images, labels, made = data.image_net(spec)
    x, t = torch.from_numpy(images), torch.from_numpy(labels)
    parameters = []
    layers = [layer_of(layer, parameters) for layer in made]

    def loss_of():
        y = x
        for layer in layers:
            y = layer(y)
        return functional.cross_entropy(y, t)

    return trained(parameters, spec, loss_of)


def train_transformer(spec):
    images, targets, made = data.transformer(spec)
    x, target = torch.from_numpy(images), torch.from_numpy(targets)
    width, heads = spec["width"], spec["heads"]
    affine = {
        name: (parameter(weight), torch.zeros(weight.shape[1], requires_grad=True))
        for name, weight in made.items()
    }
    norms = [
        (torch.ones(width, requires_grad=True), torch.zeros(width, requires_grad=True))
        for _ in range(2)
    ]
    parameters = [each for pair in [*affine.values(), *norms] for each in pair]

    def projected(name, x):
        weight, bias = affine[name]
        return torch.addmm(bias, x.flatten(0, 1), weight).unflatten(0, x.shape[:2])

    def by_heads(x):
        return x.unflatten(2, (heads, width // heads)).transpose(1, 2)

    def loss_of():
        y = functional.layer_norm(x, (width,), *norms[0])
        q, k, v = (by_heads(projected(name, y)) for name in ("query", "key", "value"))
        # The function of that name came with PyTorch 2.
        scores = q @ k.transpose(2, 3) * (width // heads) ** -0.5
        attended = (scores.softmax(-1) @ v).transpose(1, 2).flatten(2)
        residual = x + projected("output", attended)
        y = functional.layer_norm(residual, (width,), *norms[1])
        y = residual + projected("down", functional.gelu(projected("up", y)))
        return functional.mse_loss(y, target)

    return trained(parameters, spec, loss_of)


def convolution(spec):
    x, weight = map(torch.from_numpy, data.convolution(spec))
    padding = spec["padding"]
    return (lambda: functional.conv2d(x, weight, padding=padding)), data.sample


def matmul(spec):
    a, b = map(torch.from_numpy, data.factors(spec))
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
        "trainImages": train_images,
        "trainTransformer": train_transformer,
        "convolution": convolution,
        "matmul": matmul,
        "elementwise": elementwise,
        "softmax": softmax,
        "chain": chain,
        "call": call,
    },
)
