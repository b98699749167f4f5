"""Checkpoints that PyTorch writes, with what they hold or why they must be refused, as lines of JSON.

Writes pytorch.jsonl with Debian's python3-torch (1.13):

    /usr/bin/python3 pytorch.py > pytorch.jsonl

Checkpoints are compressed (zlib, base64). What they hold is written apart from them: numbers as text, tensors as the
bytes of the dtype that they become.
"""

import base64
import collections
import io
import json
import struct
import zlib

import torch
from torch import nn

torch.manual_seed(1)


def dtype_of(dtype):
    """The dtype of a tensor here for one of PyTorch's, and that of its bytes."""
    same = {
        torch.float64: ("f64", torch.float64),
        torch.float32: ("f32", torch.float32),
        torch.float16: ("f32", torch.float32),
        torch.bfloat16: ("f32", torch.float32),
        torch.uint8: ("u8", torch.uint8),
        torch.bool: ("bool", torch.bool),
    }
    return same.get(dtype, ("i32", torch.int32))


def held(value):
    """A value in JSON."""
    if isinstance(value, torch.Tensor):
        name, stored = dtype_of(value.dtype)
        elements = value.detach().to(stored).contiguous().numpy().tobytes()
        return {"array": name, "shape": list(value.shape), "bytes": elements.hex()}
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return {"whole": str(value)}
    if isinstance(value, float):
        return {"float": struct.pack(">d", value).hex()}
    if isinstance(value, dict):
        return {"entries": [[held(key), held(item)] for key, item in value.items()]}
    return {"items": [held(item) for item in value]}


numbers = [0, 1, 2, 100, 7, 3]
special = [float("nan"), float("inf"), float("-inf"), -0.0, 1e-7, 65504.0, 0.1]
base = torch.arange(24.0).reshape(4, 6)
net = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
net(torch.randn(5, 3)).square().sum().backward()
optimizer.step()

readable = {
    "dtypes": {
        str(dtype): torch.tensor(numbers).to(dtype)
        for dtype in [
            torch.float64, torch.float32, torch.float16, torch.bfloat16,
            torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool,
        ]
    },
    "special numbers": {
        str(dtype): torch.tensor(special).to(dtype)
        for dtype in [torch.float64, torch.float32, torch.float16, torch.bfloat16]
    },
    "least and greatest": {
        "i8": torch.tensor([-128, 127], dtype=torch.int8),
        "i16": torch.tensor([-32768, 32767], dtype=torch.int16),
        "i32": torch.tensor([-(2**31), 2**31 - 1], dtype=torch.int32),
        "i64": torch.tensor([-(2**31), 2**31 - 1, -1]),
    },
    "views": {
        "whole": base,
        "transposed": base.T,
        "column": base[:, 2],
        "rows": base[1:3],
        "every other": base[::2, 1::2],
        "window": base[1:3, 2:5].T,
        "three axes": base.reshape(2, 2, 6).permute(2, 0, 1)[1:5],
        "diagonal": torch.diagonal(base),
        "bytes": torch.arange(12, dtype=torch.uint8).reshape(3, 4).T,
        "doubles": torch.arange(6, dtype=torch.float64).reshape(2, 3).T,
    },
    "repeated": torch.tensor([1.5]).expand(3, 2),
    "shapes": [torch.tensor(2.5), torch.zeros(0), torch.zeros(2, 0, 3), torch.ones(1, 1), torch.zeros(0, 3).T],
    "nested": {
        "model": net.state_dict(),
        "epoch": 3,
        "loss": 0.25,
        "best": None,
        "done": True,
        "name": "net Δ",
        "history": [1, 0.5, (2, "b")],
        7: {"state": collections.OrderedDict(weight=torch.ones(2))},
    },
    "state dictionary": net.state_dict(),
    "optimiser": optimizer.state_dict(),
    "parameter": nn.Parameter(torch.ones(2, 2)),
    "shape": {"size": base.shape},
    "one tensor twice": (lambda each: [each, each])(torch.arange(3)),
    "no tensor": {"a": 1},
}

refused = {
    "a whole net": (net, "found the name torch.nn.modules.container.Sequential, needed only names of PyTorch's"),
    "complex numbers": (torch.zeros(2, dtype=torch.complex64), "found the name torch.ComplexFloatStorage"),
    "quantised numbers": (
        torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8), "found the name torch.*(QInt8|_rebuild_q)"
    ),
    "a sparse tensor": (torch.eye(2).to_sparse(), "found the name torch.*sparse"),
    "whole numbers of 64 bits": (torch.tensor([1, 2**31]), "found 2147483648 as element 1, needed whole numbers"),
    "a device": (torch.device("cpu"), "found the name torch.device"),
    "a dtype": (torch.float32, "found the name torch.float32"),
    "a set": ({1}, "found the name (__builtin__|builtins).set"),
}


def saved(value, form):
    file = io.BytesIO()
    torch.save(value, file, _use_new_zipfile_serialization=form == "zip")
    return base64.b64encode(zlib.compress(file.getvalue(), 9)).decode()


for name, value in readable.items():
    print(json.dumps({"name": name, "holds": held(value)}))
for form in ["older", "zip"]:
    for name, value in readable.items():
        print(json.dumps({"name": name, "form": form, "bytes": saved(value, form)}))
    for name, (value, reason) in refused.items():
        print(json.dumps({"name": name, "form": form, "refused": reason, "bytes": saved(value, form)}))
