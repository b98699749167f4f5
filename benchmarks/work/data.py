"""The same numbers as data.mjs, see there."""

import math

import numpy


def _bits(count, seed):
    u32 = numpy.uint32
    h = numpy.arange(count, dtype=u32) * u32(0x9E3779B1) + u32((seed * 0x85EBCA6B) & 0xFFFFFFFF)
    h = (h ^ (h >> u32(15))) * u32(0x2C1B3C6D)
    h = (h ^ (h >> u32(12))) * u32(0x297A2D39)
    return h ^ (h >> u32(15))


def uniform(shape, seed, low, high):
    bits = _bits(math.prod(shape), seed)
    return (low + (high - low) * (bits / 2.0**32)).astype(numpy.float32).reshape(shape)


def labels(count, seed, classes):
    return (_bits(count, seed) % numpy.uint32(classes)).astype(numpy.int64)


def net(spec):
    sizes, batch = spec["sizes"], spec["batch"]
    weights = []
    for i, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        limit = math.sqrt(6 / inputs)
        weights.append(uniform((inputs, outputs), 10 + i, -limit, limit))
    return uniform((batch, sizes[0]), 1, 0, 1), labels(batch, 2, sizes[-1]), weights


def _weight(shape, inputs, seed):
    limit = math.sqrt(6 / inputs)
    return uniform(shape, seed, -limit, limit)


def image_net(spec):
    batch, shape, seed = spec["batch"], spec["image"], 10
    made = []
    for layer in spec["layers"]:
        op = layer["op"]
        if op == "convolution":
            channels, height, width = shape
            outputs, kernel = layer["outputs"], layer["kernel"]
            longer = 2 * layer["padding"] - kernel + 1
            shape = [outputs, height + longer, width + longer]
            kernels = (outputs, channels // layer["groups"], kernel, kernel)
            layer = {**layer, "weight": _weight(kernels, math.prod(kernels[1:]), seed)}
            seed += 1
        elif op == "maxPool":
            channels, height, width = shape
            shape = [channels, height // layer["size"], width // layer["size"]]
        elif op == "pixelMean":
            shape = shape[:1]
        elif op == "affine":
            inputs, outputs = math.prod(shape), layer["outputs"]
            shape = [outputs]
            layer = {**layer, "weight": _weight((inputs, outputs), inputs, seed)}
            seed += 1
        made.append(layer)
    return uniform((batch, *spec["image"]), 1, 0, 1), labels(batch, 2, math.prod(shape)), made


def transformer(spec):
    width, hidden = spec["width"], spec["hidden"]
    shape = (spec["batch"], spec["tokens"], width)
    weights = {
        "query": _weight((width, width), width, 10),
        "key": _weight((width, width), width, 11),
        "value": _weight((width, width), width, 12),
        "output": _weight((width, width), width, 13),
        "up": _weight((width, hidden), width, 14),
        "down": _weight((hidden, width), hidden, 15),
    }
    return uniform(shape, 1, -1, 1), uniform(shape, 2, -1, 1), weights


def convolution(spec):
    channels, size, kernel = spec["channels"], spec["size"], spec["kernel"]
    kernels = (spec["outputs"], channels, kernel, kernel)
    x = uniform((spec["batch"], channels, size, size), 1, 0, 1)
    return x, _weight(kernels, math.prod(kernels[1:]), 10)


def factors(spec):
    rows, inner, columns = spec["rows"], spec["inner"], spec["columns"]
    return uniform((rows, inner), 3, 0, 1), uniform((inner, columns), 4, 0, 1)


def table(spec):
    rows, columns = spec["rows"], spec["columns"]
    return (
        uniform((rows, columns), 5, -2, 2),
        uniform((columns,), 6, 0.5, 1.5),
        uniform((columns,), 7, -0.5, 0.5),
    )


def sample(array):
    flat = array.reshape(-1)
    count = flat.shape[0]
    return sum(float(flat[i]) for i in (0, count // 3, count - 1))
