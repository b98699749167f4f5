"""What PyTorch makes of layers: outputs of two calls, gradients of the first, and buffers after both.

Writes layers.json beside it; run by Debian's python3-torch, and formatted by `npm run fix`: /usr/bin/python3 layers.py
"""
import json
from pathlib import Path

import torch
from torch import nn
import torch.nn.functional as F

torch.manual_seed(1)
torch.set_default_dtype(torch.float64)


def rounded(shape):
    """Numbers of two decimals, so that the file is small."""
    return torch.round(torch.randn(shape) * 100) / 100


def plain(tensor):
    return {
        "shape": list(tensor.shape),
        "data": [float(f"{x:.12g}") for x in tensor.detach().flatten().tolist()],
    }


class Function(nn.Module):
    def __init__(self, f):
        super().__init__()
        self.f = f

    def forward(self, x):
        return self.f(x)


def unpooled(Pool, Unpool, size, x, **options):
    """Windows that do not overlap: of several values at one index PyTorch keeps some one, and gives each the whole derivative."""
    values, indices = Pool(size, return_indices=True, **options)(x)
    return Unpool(size, **options)(values, indices, x.shape)


image = (2, 2, 4, 5)
cases = {
    "Conv1d": (nn.Conv1d(2, 3, 3, stride=2, padding=1, dilation=2), (2, 2, 7)),
    "Conv2d": (nn.Conv2d(4, 6, (3, 2), stride=(1, 2), padding=(1, 0), groups=2), (2, 4, 4, 5)),
    "Conv2d same": (nn.Conv2d(1, 2, (2, 3), padding="same", bias=False), (2, 1, 3, 4)),
    "Conv3d": (nn.Conv3d(1, 2, 2), (1, 1, 2, 3, 3)),
    "ConvTranspose1d": (nn.ConvTranspose1d(2, 3, 3, stride=2, padding=1, output_padding=1), (2, 2, 4)),
    "ConvTranspose2d": (nn.ConvTranspose2d(4, 2, 2, stride=2, groups=2), (1, 4, 2, 3)),
    "ConvTranspose3d": (nn.ConvTranspose3d(1, 2, 2, dilation=2, bias=False), (1, 1, 2, 1, 2)),
    "MaxPool1d": (nn.MaxPool1d(3, stride=2, padding=1), (2, 2, 6)),
    "MaxPool2d": (nn.MaxPool2d(2, stride=(2, 1), dilation=(1, 2)), image),
    "MaxPool3d": (nn.MaxPool3d(2, ceil_mode=True), (1, 1, 3, 2, 3)),
    "AvgPool1d": (nn.AvgPool1d(3, stride=2, padding=1, count_include_pad=False), (2, 2, 6)),
    "AvgPool2d": (nn.AvgPool2d((2, 3), padding=1), image),
    "AvgPool3d": (nn.AvgPool3d(2, ceil_mode=True), (1, 1, 3, 2, 3)),
    "AdaptiveMaxPool1d": (nn.AdaptiveMaxPool1d(3), (2, 2, 7)),
    "AdaptiveMaxPool2d": (nn.AdaptiveMaxPool2d((3, 2)), image),
    "AdaptiveMaxPool3d": (nn.AdaptiveMaxPool3d((2, 1, 2)), (1, 1, 3, 2, 3)),
    "AdaptiveAvgPool1d": (nn.AdaptiveAvgPool1d(3), (2, 2, 7)),
    "AdaptiveAvgPool2d": (nn.AdaptiveAvgPool2d((3, 2)), image),
    "AdaptiveAvgPool3d": (nn.AdaptiveAvgPool3d((2, 1, 2)), (1, 1, 3, 2, 3)),
    "GlobalAvgPool": (Function(lambda x: x.mean((2, 3))), image),
    "GlobalMaxPool": (nn.Sequential(nn.AdaptiveMaxPool2d(1), nn.Flatten()), image),
    "BatchNorm1d": (nn.BatchNorm1d(3), (5, 3)),
    "BatchNorm1d of signals": (nn.BatchNorm1d(3, momentum=0.3, eps=0.01), (2, 3, 4)),
    "BatchNorm1d cumulative": (nn.BatchNorm1d(3, momentum=None, affine=False), (5, 3)),
    "BatchNorm1d evaluated": (nn.BatchNorm1d(3).eval(), (5, 3)),
    "BatchNorm2d": (nn.BatchNorm2d(2), image),
    "BatchNorm3d": (nn.BatchNorm3d(2), (2, 2, 1, 2, 3)),
    "LayerNorm": (nn.LayerNorm(5), (3, 5)),
    "LayerNorm of two axes": (nn.LayerNorm((4, 5), eps=0.1, elementwise_affine=False), (2, 4, 5)),
    "GroupNorm": (nn.GroupNorm(2, 4), (2, 4, 3)),
    "InstanceNorm1d": (nn.InstanceNorm1d(2), (2, 2, 4)),
    "InstanceNorm2d": (nn.InstanceNorm2d(2, affine=True), (2, 2, 2, 3)),
    "InstanceNorm3d": (nn.InstanceNorm3d(2, eps=0.1), (1, 2, 2, 1, 3)),
    "Relu": (nn.ReLU(), (2, 5)),
    "LeakyRelu": (nn.LeakyReLU(0.2), (2, 5)),
    "PRelu": (nn.PReLU(), (2, 5)),
    "PRelu of channels": (nn.PReLU(3), (2, 3, 2)),
    "Elu": (nn.ELU(1.5), (2, 5)),
    "Gelu": (nn.GELU(), (2, 5)),
    "Gelu by tanh": (nn.GELU("tanh"), (2, 5)),
    "Silu": (nn.SiLU(), (2, 5)),
    "Mish": (nn.Mish(), (2, 5)),
    "Sigmoid": (nn.Sigmoid(), (2, 5)),
    "LogSigmoid": (nn.LogSigmoid(), (2, 5)),
    "Tanh": (nn.Tanh(), (2, 5)),
    "Softplus": (nn.Softplus(), (2, 5)),
    "Softmax": (nn.Softmax(-1), (2, 5)),
    "LogSoftmax": (nn.LogSoftmax(0), (2, 5)),
    "Softmin": (nn.Softmin(-1), (2, 5)),
    "Glu": (nn.GLU(1), (2, 4, 2)),
    "Hardtanh": (nn.Hardtanh(-0.5, 1.5), (2, 5)),
    "Relu6": (nn.ReLU6(), (2, 5)),
    "Hardsigmoid": (nn.Hardsigmoid(), (2, 5)),
    "Hardswish": (nn.Hardswish(), (2, 5)),
    "MaxUnpool1d": (Function(lambda x: unpooled(nn.MaxPool1d, nn.MaxUnpool1d, 2, x, stride=3, padding=1)), (2, 2, 7)),
    "MaxUnpool2d": (Function(lambda x: unpooled(nn.MaxPool2d, nn.MaxUnpool2d, (2, 3), x)), image),
    "MaxUnpool3d": (Function(lambda x: unpooled(nn.MaxPool3d, nn.MaxUnpool3d, (2, 1, 2), x)), (1, 2, 3, 2, 3)),
}
# Where PyTorch's lines bend, and far out.
edges = {
    "Relu": [0, -0.0],
    "LeakyRelu": [0],
    "PRelu": [0],
    "Elu": [0, -1000, 1000],
    "Silu": [-1000, 1000],
    "Mish": [-1000, 1000, 0],
    "Sigmoid": [-1000, 1000],
    "LogSigmoid": [-1000, 1000],
    "Hardtanh": [-0.5, 1.5],
    "Relu6": [0, 6, 7],
    "Hardsigmoid": [-3, 3],
    # At its edges the kernels of PyTorch 1.13 differ among themselves.
    "Hardswish": [-4, 4],
}


def case(name, layer, shape):
    parameters = dict(layer.named_parameters())
    with torch.no_grad():
        for parameter in parameters.values():
            parameter.copy_(rounded(parameter.shape))
        if name.endswith("evaluated"):
            layer.running_mean.copy_(rounded(3))
            layer.running_var.copy_(rounded(3).abs() + 0.5)
    before = {name: plain(buffer) for name, buffer in layer.named_buffers()}
    x = rounded(shape)
    for i, edge in enumerate(edges.get(name, [])):
        x.view(-1)[i] = edge
    x.requires_grad_()
    y = layer(x)
    slopes = torch.autograd.grad(y.sin().sum(), [x, *parameters.values()])
    again = layer(x * 0.5 + 1)
    return {
        "x": plain(x),
        "parameters": {name: plain(each) for name, each in parameters.items()},
        "before": before,
        "y": plain(y),
        "slopes": [plain(each) for each in slopes],
        "again": plain(again),
        "after": {name: plain(buffer) for name, buffer in layer.named_buffers()},
    }


result = {name: case(name, *each) for name, each in cases.items()}

# Indices are integers, and have no gradient.
embedding = nn.Embedding(5, 3, padding_idx=1)
with torch.no_grad():
    embedding.weight.copy_(rounded((5, 3)))
indices = torch.tensor([[1, 0, 2], [2, 4, 1]])
rows = embedding(indices)
(slope,) = torch.autograd.grad(rows.sin().sum(), [embedding.weight])
result["Embedding"] = {
    "indices": indices.tolist(),
    "weight": plain(embedding.weight),
    "y": plain(rows),
    "slope": plain(slope),
}

Path(__file__).with_suffix(".json").write_text(
    "{\n"
    + ",\n".join(f"{json.dumps(name)}: {json.dumps(each, separators=(',', ':'))}" for name, each in result.items())
    + "\n}\n"
)
