"""Pickles that NumPy writes, with what they hold or why they must be refused, as lines of JSON.

Writes pickles.jsonl anew, from the folder it stands in, with an interpreter for each version of NumPy (the ones that
it holds were written with NumPy 1.26.4 and 2.4.6), and one of Python 2:

    (python-with-numpy-2 pickles.py; python-with-numpy-1 pickles.py; python2.7 pickles2.py) > pickles.jsonl

Pickles are compressed (zlib, base64). What they hold is written apart from them: numbers as text, arrays as the bytes
of the dtype that they become.
"""

import base64
import collections
import io
import json
import os
import pickle
import struct
import zlib

import numpy as np

numpy = np.__version__
numbers = [0, 1, 2, 100, 7, 3]


def dtype_of(dtype):
    """The dtype of a tensor for one of NumPy."""
    name = np.dtype(dtype).newbyteorder("=").str[1:]
    same = {"f4": "f32", "f8": "f64", "i4": "i32", "u1": "u8", "b1": "bool", "f2": "f32"}
    return same.get(name, "i32")


def held(value):
    """A value in JSON."""
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        dtype = dtype_of(array.dtype)
        stored = {"f32": "<f4", "f64": "<f8", "i32": "<i4", "u8": "u1", "bool": "b1"}[dtype]
        elements = array.astype(stored).tobytes(order="C")
        return {"array": dtype, "shape": list(array.shape), "bytes": elements.hex()}
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return {"whole": str(value)}
    if isinstance(value, float):
        return {"float": struct.pack(">d", value).hex()}
    if isinstance(value, (bytes, bytearray)):
        return {"octets": bytes(value).hex()}
    if isinstance(value, (list, tuple)):
        return {"items": [held(item) for item in value]}
    if isinstance(value, dict):
        return {"entries": [[held(key), held(item)] for key, item in value.items()]}
    raise TypeError(type(value))


def each_dtype():
    arrays = {}
    for name in ["b1", "u1", "i1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"]:
        dtype = np.dtype(name)
        values = np.array(numbers).astype(dtype)
        if dtype.kind == "i":
            values[1] = -5
        if dtype.kind == "f":
            values[:5] = [-0.0, np.inf, -np.inf, np.nan, 1 / 3]
            values[5] = np.finfo(dtype).smallest_subnormal
        arrays[name] = values
    arrays["limits of i8"] = np.array([-(2**31), 2**31 - 1], dtype="i8")
    arrays["limits of i2"] = np.array([-(2**15), 2**15 - 1], dtype="i2")
    arrays["limits of f2"] = np.array([65504, 2**-14, 2**-24 * 1023], dtype="f2")
    return arrays


def each_order():
    """Orders of bytes and of axes."""
    grid = np.arange(24, dtype="f4").reshape(2, 3, 4)
    arrays = {}
    for name in ["i2", "i4", "i8", "u4", "u8", "f2", "f4", "f8"]:
        arrays["big-endian " + name] = np.array(numbers, dtype=">" + name).reshape(2, 3)
    arrays["columns first"] = np.asfortranarray(grid[0])
    arrays["columns first, 3 axes"] = np.asfortranarray(grid)
    arrays["columns first, big-endian bool"] = np.asfortranarray(grid[0] > 5)
    arrays["axes in another order"] = grid.transpose(1, 0, 2)
    arrays["axes in another order, cyclic"] = grid.transpose(1, 2, 0)
    arrays["every other"] = np.arange(10)[::2]
    arrays["backwards"] = grid[:, ::-1]
    arrays["read only"] = grid[0].copy()
    arrays["read only"].flags.writeable = False
    return arrays


def each_shape():
    shared = np.array([1.5])
    return {
        "no axes": np.array(2.5),
        "one element": np.array([[[3]]], dtype="u1"),
        "one zero byte": [np.zeros(1, dtype="u1"), np.zeros(1, dtype="b1")],
        "nothing": np.zeros((0,)),
        "no rows": np.zeros((0, 3), dtype="i4"),
        "no columns": np.zeros((3, 0), dtype="f4"),
        "many axes": np.zeros((1,) * 30, dtype="f4"),
        "twice the same": [shared, shared, (shared,)],
        "scalars": [np.float32(1.5), np.float64(-0.0), np.int64(-7), np.uint8(255), np.bool_(True)],
        "half": np.float16(0.1),
        "big-endian scalar": np.array([7], dtype=">f8")[0],
    }


def each_value():
    """Python's own values."""
    shared = [1]
    return {
        "none and truth": [None, True, False],
        "whole": [0, 1, -1, 255, 256, 65535, 65536, -(2**31), 2**31, 2**53 - 1, 2**53, -(2**70), 2**300],
        "float": [0.0, -0.0, 1.5, 1 / 3, 1e300, 5e-324, float("inf"), float("-inf"), float("nan")],
        "text": ["", "W1", "\u00e9\u4e2d\U0001f600", "a\\u0041\nb\r\0\x1a'\"\\", "x" * 300, "__proto__"],
        "bytes": [b"", b"\x00\xff", b"y" * 300],
        "tuples": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), ((), [()])],
        "lists": [[], [[]], list(range(2)), [[1, [2, [3]]]]],
        "dictionaries": [{}, {"a": {"b": {}}}, {0: "zero", 1.5: "float", None: "none", 2**70: "long"}],
        "twice the same": [shared, shared, {"again": shared}],
    }


def cyclic():
    value = [1]
    value.append(value)
    return value


def cyclic_dictionary():
    value = {}
    value["inside"] = (value,)
    return value


class Run:
    """What calls a function when Python reads it."""

    def __init__(self, function, *args):
        self.reduced = (function, args)

    def __reduce__(self):
        return self.reduced


class Plain:
    pass


def refused(protocol):
    """Values, and words of the error that they must give."""
    yield "os.system", Run(os.system, "true"), r"the name (posix|nt)\.system"
    yield "eval", {"W1": [Run(eval, "1")]}, r"the name (__builtin__|builtins)\.eval"
    yield "exec", (Run(exec, "1"), 2), r"the name (__builtin__|builtins)\.exec"
    yield "a function", np.sum, r"the name numpy.*\.?sum"
    yield "a class", np.ndarray, "the class numpy.ndarray"
    yield "a dtype", [np.dtype("f4")], "a dtype"
    yield "an object", Plain(), r"the name (copy_reg|copyreg|__main__)\.(_reconstructor|Plain)"
    yield "an ordered dictionary", collections.OrderedDict(a=1), r"the name collections\.OrderedDict"
    yield "a set", {1, 2}, r"set"
    yield "a frozen set", frozenset([1]), r"set"
    yield "a complex number", 1j, r"the name (__builtin__|builtins)\.complex"
    yield "a matrix", np.matrix([[1.0]]), r"the name numpy.*\.matrix"
    yield "a masked array", np.ma.array([1.0]), r"the name numpy\.ma\.core\._mareconstruct"
    yield "a record array", np.zeros(2, dtype=[("a", "f4")]), r'dtype "V4" \(records\)'
    yield "complex elements", np.zeros(2, dtype="c8"), r'dtype "c8" \(complex numbers\)'
    yield "text elements", np.array(["a"]), r'dtype "U1" \(text\)'
    yield "byte elements", np.array([b"a"]), r'dtype "S1" \(bytes\)'
    yield "object elements", np.array([None], dtype=object), r'dtype "O8" \(Python\'s objects\)'
    yield "dates", np.array(["2000-01-01"], dtype="M8[s]"), r'dtype "M8" \(dates\)'
    yield "long doubles", np.zeros(1, dtype="g"), r'dtype "f16" \(floating numbers of more than 64 bits\)'
    yield "large i8", np.array([1, 2**31]), r"found 2147483648 as element 1"
    yield "large u8", np.array([2**64 - 1], dtype="u8"), r"found 18446744073709552000 as element 0"
    yield "large u4", np.array([[2**32 - 1]], dtype=">u4"), r"found 4294967295 as element 0"
    yield "a tuple as key", {(1, 2): 3}, r"a tuple of 2 as a key"
    yield "bytes as key", {b"abcd": 3}, r"4 bytes as a key|bytes"
    yield "a scalar as key", {np.int64(1): 3}, r"a tensor as a key"
    yield "a list that contains itself", cyclic(), r"a list that is added to after"
    yield "a dictionary that contains itself", cyclic_dictionary(), r"a dictionary that is added to after"
    if protocol < 5:
        yield "a byte array", bytearray(b"ab"), r"the name (__builtin__|builtins)\.bytearray"


class Persistent(pickle.Pickler):
    def persistent_id(self, value):
        return "somewhere" if isinstance(value, str) else None


def persistent(protocol):
    file = io.BytesIO()
    Persistent(file, protocol).dump([1, "outside"])
    return file.getvalue()


def written(name, protocol, data, **more):
    line = {"name": name, "writer": "NumPy " + numpy, "protocol": protocol}
    print(json.dumps({**line, **more, "pickle": base64.b64encode(zlib.compress(data)).decode()}))


holders = {"dtypes": each_dtype, "orders": each_order, "shapes": each_shape, "values": each_value}

if numpy[0] == "2":
    for name, make in holders.items():
        print(json.dumps({"name": name, "holds": held(make())}))
    print(json.dumps({"name": "a byte array", "holds": held(b"ab")}))

for protocol in range(6):
    for name, make in holders.items():
        written(name, protocol, pickle.dumps(make(), protocol))
    if numpy[0] == "2":
        for name, value, words in refused(protocol):
            written(name, protocol, pickle.dumps(value, protocol), refused=words)
        written("a persistent object", protocol, persistent(protocol), refused="PERSID")
        two = pickle.dumps([1], protocol) + pickle.dumps([2], protocol)
        written("two pickles", protocol, two, refused="after the end of the pickle")

if numpy[0] == "2":
    written("a byte array", 5, pickle.dumps(bytearray(b"ab"), 5))
    outside = pickle.dumps(np.arange(3.0), 5, buffer_callback=[].append)
    written("elements outside of the file", 5, outside, refused="NEXT_BUFFER")
