"""Checkpoints of nets of PyTorch's, with an input and what they make of it in evaluation.

Writes torchNets.json beside it; run by Debian's python3-torch (1.13), and formatted by `npm run fix`:
/usr/bin/python3 torchNets.py. Checkpoints are compressed (zlib, base64).
"""

import base64
import io
import json
import zlib
from pathlib import Path

import torch
from torch import nn

torch.manual_seed(3)


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.bn1, self.fc2 = nn.Linear(5, 7), nn.BatchNorm1d(7), nn.Linear(7, 3)

    def forward(self, x):
        return self.fc2(torch.relu(self.bn1(self.fc1(x))))


class ConvNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 3, 3, padding=1), nn.BatchNorm2d(3), nn.PReLU(3), nn.MaxPool2d(2), nn.Dropout(0.5),
            nn.Conv2d(3, 4, 3, stride=2), nn.GroupNorm(2, 4), nn.ReLU(), nn.ConvTranspose2d(4, 2, 2),
        )
        self.classifier = nn.Linear(8, 3)

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


class Recurrent(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.embedding = nn.Embedding(6, 4)
        self.recurrent = kind(4, 3, num_layers=2, bidirectional=True, batch_first=True, dropout=0.5)
        self.output = nn.Linear(6, 2)

    def forward(self, x):
        return self.output(self.recurrent(self.embedding(x))[0])


class Cells(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.gru, self.rnn = nn.LSTMCell(3, 4), nn.GRUCell(4, 2), nn.RNNCell(2, 2, bias=False)

    def forward(self, x):
        return self.rnn(self.gru(self.lstm(x)[0]))


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(6, 4)
        layer = nn.TransformerEncoderLayer(4, 2, 5, activation="gelu", batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, norm=nn.LayerNorm(4))
        self.head = nn.Linear(4, 3)

    def forward(self, x):
        return self.head(self.encoder(self.embedding(x)))


class Decoder(nn.Module):
    """A layer of a decoder, and attention with keys and values of other widths."""

    def __init__(self):
        super().__init__()
        self.layer = nn.TransformerDecoderLayer(4, 2, 5, batch_first=True, norm_first=True)
        self.attention = nn.MultiheadAttention(4, 2, kdim=3, vdim=2, batch_first=True)

    def forward(self, x):
        y = self.layer(x, x.flip(1))
        return self.attention(y, x[..., :3], x[..., 2:])[0]


def indices(*shape):
    return torch.randint(6, shape)


nets = {
    "mlp": (Mlp(), torch.randn(4, 5), "zip"),
    "convnet": (ConvNet(), torch.randn(2, 1, 8, 8), "older"),
    "lstm": (Recurrent(nn.LSTM), indices(2, 5), "zip"),
    "gru": (Recurrent(nn.GRU), indices(2, 5), "older"),
    "cells": (Cells(), torch.randn(2, 3), "older"),
    "encoder": (Encoder(), indices(2, 4), "zip"),
    "decoder": (Decoder(), torch.randn(2, 3, 4), "zip"),
}


def record(net, x, form):
    with torch.no_grad():
        for parameter in net.parameters():
            # No norm's weights are 1, no bias 0.
            parameter.add_(0.3 * torch.randn(parameter.shape))
        net(x)  # for running statistics
        net.eval()
        y = net(x)
    file = io.BytesIO()
    torch.save({"model": net.state_dict(), "epoch": 3}, file, _use_new_zipfile_serialization=form == "zip")
    return {
        "checkpoint": base64.b64encode(zlib.compress(file.getvalue(), 9)).decode(),
        "x": x.tolist(),
        "y": y.tolist(),
    }


Path(__file__).with_suffix(".json").write_text(
    json.dumps({name: record(*each) for name, each in nets.items()}, indent=1) + "\n"
)
