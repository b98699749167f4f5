"""Files of tensors that NumPy, PyTorch and a plain writer of safetensors have made, and what they read from ours:

    /usr/bin/python3 tensorFiles.py write > theirFiles.jsonl
    npm run program packages/files/test/writeOwnFiles.ts folder
    /usr/bin/python3 tensorFiles.py read folder > ownFiles.jsonl

Each line is a file (deflated, base64) and what it holds: arrays as the bytes of the dtype that they become.
"""

import base64
import io
import json
import pathlib
import struct
import sys
import zlib

import numpy as np
import torch

stored = {"f32": "<f4", "f64": "<f8", "i32": "<i4", "u8": "u1", "bool": "b1"}
becomes = {"f4": "f32", "f8": "f64", "i4": "i32", "u1": "u8", "b1": "bool", "f2": "f32"}


def held(array):
    """An array in JSON."""
    dtype = becomes.get(array.dtype.str[1:], "i32")
    elements = array.astype(stored[dtype]).tobytes(order="C")
    return {"array": dtype, "shape": list(array.shape), "bytes": elements.hex()}


def line(name, kind, data, **more):
    packed = base64.b64encode(zlib.compress(data)).decode()
    print(json.dumps({"name": name, "kind": kind, **more, "file": packed}))


def arrays():
    """Arrays of every dtype, order and shape, by name."""
    for name in ["b1", "u1", "i1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"]:
        for order in "<>" if int(name[1]) > 1 else "|":
            values = np.array([0, 1, 2, 100, 7, 3]).astype(order + name)
            if name[0] == "i":
                values[1] = -5
            if name[0] == "f":
                values[:5] = [-0.0, np.inf, -np.inf, np.nan, 1 / 3]
                values[5] = np.finfo(values.dtype).smallest_subnormal
            yield order + name, values.reshape(2, 3)
    grid = np.arange(24, dtype="f4").reshape(2, 3, 4)
    yield "columns first", np.asfortranarray(grid[0])
    yield "columns first, 3 axes, big-endian", np.asfortranarray(grid).astype(">f8", order="F")
    yield "columns first, truth values", np.asfortranarray(grid[1] > 14)
    yield "columns first, of one column", np.asfortranarray(grid[0, :, :1])
    yield "axes in another order", grid.transpose(1, 2, 0)
    yield "no axes", np.array(2.5)
    yield "no axes, truth", np.array(True)
    yield "one element", np.array([[[3]]], dtype="u1")
    yield "nothing", np.zeros((0,))
    yield "no rows", np.zeros((0, 3), dtype="i4")
    yield "no columns, columns first", np.asfortranarray(np.zeros((3, 0), dtype="f4"))
    yield "many axes", np.zeros((1,) * 30, dtype="f4")
    yield "payloads of NaN", np.array([0x7FC12345, 0xFFC00001, 0x00000001, 0x807FFFFF], dtype="u4").view("f4")
    yield "limits of i8", np.array([-(2**31), 2**31 - 1], dtype="i8")
    yield "limits of f2", np.array([65504, 2**-14, 2**-24 * 1023], dtype="f2")


def refused():
    """Arrays that are not read, and words of the error."""
    yield "records", np.zeros(2, dtype=[("a", "f4")]), "a plain type"
    yield "complex numbers", np.zeros(2, dtype="c8"), r'dtype "c8" \(complex numbers\)'
    yield "text", np.array(["a"]), r'dtype "U1" \(text\)'
    yield "bytes", np.array([b"a"]), r'dtype "S1" \(bytes\)'
    yield "objects", np.array([None], dtype=object), r'dtype "O" \(Python\'s objects\)'
    yield "dates", np.array(["2000-01-01"], dtype="M8[s]"), r'dtype "M8\[s\]" \(dates\)'
    yield "long doubles", np.zeros(1, dtype="g"), r'dtype "f16" \(floating numbers of more than 64 bits\)'
    yield "large i8", np.array([1, 2**31]), r"found 2147483648 as element 1"
    yield "small i8", np.array([-(2**31) - 1]), r"found -2147483649 as element 0"
    yield "large u8", np.array([2**64 - 1], dtype="u8"), r"found 18446744073709552000 as element 0"
    yield "large u4", np.array([[2**32 - 1]], dtype=">u4"), r"found 4294967295 as element 0"


def npy(array, version=None):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version)
    return file.getvalue()


names = {
    "b1": "BOOL", "u1": "U8", "i1": "I8", "i2": "I16", "u2": "U16", "i4": "I32", "u4": "U32", "i8": "I64", "u8": "U64",
    "f2": "F16", "f4": "F32", "f8": "F64",
}  # fmt: skip


def safetensors(tensors, metadata=None, **options):
    """The plain writer: tensors are (dtype, shape, bytes) by name."""
    header, data = {}, b""
    for name, (dtype, shape, elements) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(elements)]}
        data += elements
    if metadata is not None:
        header["__metadata__"] = metadata
    text = json.dumps(header, **options).encode()
    return struct.pack("<Q", len(text)) + text + data


def entry(array):
    return names[array.dtype.str[1:]], list(array.shape), array.tobytes(order="C")


def tensor_of(dtype, shape, data):
    """The plain reader of a tensor: PyTorch has bfloat16, which NumPy lacks."""
    kinds = {"BF16": torch.bfloat16, "F16": torch.float16}
    if dtype in kinds:
        tensor = torch.frombuffer(bytearray(data), dtype=kinds[dtype])
        return tensor.float().numpy().reshape(shape)
    name = next(name for name, theirs in names.items() if theirs == dtype)
    return np.frombuffer(data, dtype="<" + name).reshape(shape)


def write():
    for name, array in arrays():
        for version in [(1, 0), (2, 0), (3, 0)] if name in ("<f4", "columns first") else [None]:
            line(f"{name}, version {version}" if version else name, "npy", npy(array, version), holds=held(array))
    for name, array, words in refused():
        line(name, "npy", npy(array), refused=words)

    several = {name: array for name, array in arrays() if array.size < 7}
    holds = {name: held(array) for name, array in several.items()}
    for save in (np.savez, np.savez_compressed):
        file = io.BytesIO()
        save(file, **several)
        line(f"arrays of numpy.{save.__name__}", "npz", file.getvalue(), holds=holds)
    file = io.BytesIO()
    np.savez_compressed(file, large=np.zeros((30, 100), dtype="i2"), é=np.arange(3, dtype="f4"))
    large = {"large": held(np.zeros((30, 100), dtype="i2")), "é": held(np.arange(3, dtype="f4"))}
    line("compressed well", "npz", file.getvalue(), holds=large)
    file = io.BytesIO()
    np.savez(file)
    line("no arrays", "npz", file.getvalue(), holds={})

    little = {name: array for name, array in arrays() if array.dtype.byteorder != ">"}
    tensors = {name: entry(array) for name, array in little.items()}
    holds = {name: held(array) for name, array in little.items()}
    bits = np.array([0, 0x8000, 1, 0x7F80, 0xFF80, 0x7F7F, 0x3EAB, 0xFF7F], dtype="<u2").tobytes()
    tensors["short floats"] = ("BF16", [2, 4], bits)
    holds["short floats"] = held(tensor_of(*tensors["short floats"]))
    halves = np.arange(0, 2**16, 331, dtype="<u2").tobytes()
    tensors["halves"] = ("F16", [len(halves) // 2], halves)
    with np.errstate(invalid="ignore"):
        values = np.frombuffer(halves, "<f2").astype("f4")
    values[np.isnan(values)] = np.nan
    holds["halves"] = held(values)
    metadata = {"format": "pt", 'a "name"\n': "é\U0001f600\\", "": ""}
    line("tensors", "safetensors", safetensors(tensors, metadata), holds=holds, metadata=metadata)
    line("in UTF-8", "safetensors", safetensors(tensors, metadata, ensure_ascii=False), holds=holds, metadata=metadata)
    line("indented", "safetensors", safetensors(tensors, {}, indent="\t"), holds=holds, metadata={})
    line("no tensors", "safetensors", safetensors({}), holds={}, metadata={})
    odd = {"\u00e9 中 \U0001f600 \"\\/\b\f\n\r\t\u0001": entry(np.arange(3, dtype="u1")), "__proto__": entry(np.ones(1)), "constructor": entry(np.ones(0))}  # fmt: skip
    holds = {"\u00e9 中 \U0001f600 \"\\/\b\f\n\r\t\u0001": held(np.arange(3, dtype="u1")), "__proto__": held(np.ones(1)), "constructor": held(np.ones(0))}  # fmt: skip
    line("odd names, unaligned", "safetensors", safetensors(odd), holds=holds, metadata={})
    for name, array, words in refused():
        if array.dtype.kind in "iu" and array.dtype.byteorder != ">":
            line(name, "safetensors", safetensors({"x": entry(array)}), refused=words)


def read(folder):
    for path in sorted(pathlib.Path(folder).iterdir()):
        data = path.read_bytes()
        if path.suffix == ".npy":
            array = np.load(path)
            # Byte by byte as NumPy writes it.
            assert npy(array) == data, path
            line(path.stem, "npy", data, holds=held(torch.from_numpy(array.copy()).numpy()))
        elif path.suffix == ".npz":
            with np.load(path) as archive:
                line(path.stem, "npz", data, holds={name: held(archive[name]) for name in archive.files})
        else:
            (length,) = struct.unpack("<Q", data[:8])
            assert length % 8 == 0, path
            header = json.loads(data[8 : 8 + length])
            metadata = header.pop("__metadata__", {})
            holds = {}
            for name, info in header.items():
                begin, end = info["data_offsets"]
                holds[name] = held(tensor_of(info["dtype"], info["shape"], data[8 + length + begin : 8 + length + end]))
            # Those that were rounded are beside themselves, as PyTorch rounds them.
            rounding = {"f16": torch.float16, "bf16": torch.bfloat16}.get(metadata.get("rounding"))
            if rounding is not None:
                plain = torch.frombuffer(bytearray(base64.b64decode(metadata["plain"])), dtype=torch.float32)
                rounded = plain.to(rounding).float().numpy()
                rounded[np.isnan(rounded)] = np.nan  # which NaN it is depends on the processor
                metadata["rounded"] = held(rounded)["bytes"]
            line(path.stem, "safetensors", data, holds=holds, metadata=metadata)


if sys.argv[1] == "write":
    write()
else:
    read(sys.argv[2])
