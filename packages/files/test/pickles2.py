"""Pickles as Python 2 writes them, with what they hold: see pickles.py.

NumPy is not needed: what stands in for it here is pickled under the names and with the states of NumPy's arrays.
"""

import base64
import cPickle
import json
import pickle
import struct
import sys
import types
import zlib


def module(name):
    made = sys.modules[name] = types.ModuleType(name)
    return made


def _reconstruct(kind, shape, code):
    return kind()


class ndarray(object):
    def __init__(self, shape=(), dtype=None, elements=""):
        self.state = (1, shape, dtype, False, elements)

    def __reduce__(self):
        return _reconstruct, (ndarray, (0,), "b"), self.state


class dtype(object):
    def __init__(self, name, align=0, copy=1, order="<"):
        self.arguments, self.order = (name, align, copy), order

    def __reduce__(self):
        return dtype, self.arguments, (3, self.order, None, None, None, -1, -1, 0)


for stand_in, name in [(ndarray, "numpy"), (dtype, "numpy"), (_reconstruct, "numpy.core.multiarray")]:
    setattr(sys.modules.get(name) or module(name), stand_in.__name__, stand_in)
    stand_in.__module__ = name
sys.modules["numpy"].core = module("numpy.core")
sys.modules["numpy.core"].multiarray = sys.modules["numpy.core.multiarray"]

numbers = [1.5, -0.0, 3e38]
value = {
    "W1": ndarray((3L,), dtype("f4"), struct.pack("<3f", *numbers)),
    "b1": ndarray((3,), dtype("f4", order=">"), struct.pack(">3f", *numbers)),
    "ASCII": ndarray((1,), dtype("i4"), "abcd"),
    "quotes": ndarray((12,), dtype("u1", order="|"), "\"'\\\n\r\t\x00\x7f\x80\xff\\x"),
    "text": ["plain", u"caf\xe9 \u0394", 'it\'s "quoted"'],
    "bytes": "\xff\\\n'",
    "long": [5L, -(2L**70)],
}


def array(kind, elements):
    return {"array": kind, "shape": [len(elements) // 4 if kind != "u8" else len(elements)], "bytes": elements.encode("hex")}


single = array("f32", struct.pack("<3f", *numbers))
holds = {
    "W1": single,
    "b1": single,
    "ASCII": array("i32", "abcd"),
    "quotes": array("u8", value["quotes"].state[4]),
    "text": {"items": value["text"]},
    "bytes": {"octets": value["bytes"].encode("hex")},
    "long": {"items": [{"whole": "5"}, {"whole": str(-(2**70))}]},
}
print(json.dumps({"name": "Python 2", "holds": {"entries": [[key, holds[key]] for key in value]}}))
for protocol in range(3):
    for library in (pickle, cPickle):
        data = base64.b64encode(zlib.compress(library.dumps(value, protocol)))
        line = {"name": "Python 2", "writer": library.__name__, "protocol": protocol, "pickle": data}
        print(json.dumps(line))
