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


def factors(size):
    return uniform((size, size), 3, 0, 1), uniform((size, size), 4, 0, 1)


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
