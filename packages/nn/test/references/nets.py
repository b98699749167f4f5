"""What PyTorch makes of nets: outputs, loss, gradients, and all values after one step of SGD.

Writes nets.json beside it; run by Debian's python3-torch, and formatted by `npm run fix`: /usr/bin/python3 nets.py
"""
import json
from pathlib import Path

import torch
from torch import nn
import torch.nn.functional as F

torch.manual_seed(2)
torch.set_default_dtype(torch.float64)
rate = 0.1

nets = {
    "mlp": (
        nn.Sequential(
            nn.Linear(6, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0),
            nn.Linear(8, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Dropout(0),
            nn.Linear(5, 3),
        ),
        (7, 6),
    ),
    "convnet": (
        nn.Sequential(
            nn.Conv2d(1, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(16, 3),
        ),
        (4, 1, 8, 8),
    ),
}


def plain(tensor):
    return {
        "shape": list(tensor.shape),
        "data": [float(f"{x:.12g}") for x in tensor.detach().flatten().tolist()],
    }


def rounded(shape):
    return torch.round(torch.randn(shape) * 100) / 100


def named(net, values):
    """Values by name, in our layout: weights of affine layers are [inputs, outputs]."""
    layers = dict(net.named_modules())
    return {
        name: plain(value.T if isinstance(layers[name.rpartition(".")[0]], nn.Linear) and value.dim() == 2 else value)
        for name, value in values
    }


def record(net, shape):
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            parameter.copy_(rounded(parameter.shape) * (0.4 if parameter.dim() > 1 else 1))
    x, labels = rounded(shape), torch.arange(shape[0]) % 3
    before = named(net, net.state_dict().items())
    y = net(x)
    loss = F.cross_entropy(y, labels)
    loss.backward()
    slopes = named(net, [(name, each.grad) for name, each in net.named_parameters()])
    torch.optim.SGD(net.parameters(), lr=rate).step()
    net.eval()
    return {
        "x": plain(x),
        "labels": labels.tolist(),
        "before": before,
        "y": plain(y),
        "loss": loss.item(),
        "slopes": slopes,
        "after": named(net, net.state_dict().items()),
        "evaluated": plain(net(x)),
    }


Path(__file__).with_suffix(".json").write_text(
    "{\n"
    + ",\n".join(f"{json.dumps(name)}: {json.dumps(record(*each), separators=(',', ':'))}" for name, each in nets.items())
    + "\n}\n"
)
