"""The book's net in plain NumPy: forward, softmax, backward and update by hand."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "work"))

import data
import numpy as np
import protocol


def sgd(parameters, rate):
    def update(gradients):
        for w, g in zip(parameters, gradients):
            w -= rate * g

    return update


def adam(parameters, rate):
    means = [np.zeros_like(w) for w in parameters]
    squares = [np.zeros_like(w) for w in parameters]
    time = 0

    def update(gradients):
        nonlocal time
        time += 1
        corrected = np.float32(rate * (1 - 0.999**time) ** 0.5 / (1 - 0.9**time))
        for w, g, m, v in zip(parameters, gradients, means, squares):
            m += np.float32(0.1) * (g - m)
            v += np.float32(0.001) * (g * g - v)
            w -= corrected * m / (np.sqrt(v) + np.float32(1e-8))

    return update


def train(spec, made=None):
    x, t, weights = made or data.net(spec)
    weights = [w.copy() for w in weights]
    biases = [np.zeros(w.shape[1], np.float32) for w in weights]
    rows = np.arange(spec["batch"])
    optimizer = adam if spec["optimizer"] == "adam" else sgd
    update = optimizer(weights + biases, np.float32(spec["learningRate"]))
    last = len(weights) - 1

    def run():
        inputs = [x]
        for i, (w, b) in enumerate(zip(weights, biases)):
            y = inputs[i] @ w + b
            if i < last:
                inputs.append(np.maximum(y, 0))
        y -= y.max(axis=1, keepdims=True)
        p = np.exp(y)
        p /= p.sum(axis=1, keepdims=True)
        loss = -np.mean(np.log(p[rows, t]))

        p[rows, t] -= 1
        dy = p / np.float32(len(rows))
        weight_gradients, bias_gradients = [], []
        for i in range(last, -1, -1):
            weight_gradients.append(inputs[i].T @ dy)
            bias_gradients.append(dy.sum(axis=0))
            if i > 0:
                dy = (dy @ weights[i].T) * (inputs[i] > 0)
        update(weight_gradients[::-1] + bias_gradients[::-1])
        return float(loss)

    return run, float


def first(spec):
    made = data.net(spec)  # before the clock runs
    return (lambda: train(spec, made)[0]()), float


def matmul(spec):
    a, b = data.factors(spec)
    return (lambda: a @ b), data.sample


def elementwise(spec):
    x, scale, shift = data.table(spec)
    return (lambda: np.tanh(x * scale + shift) * (1 / (1 + np.exp(-x))) + x), data.sample


def softmax(spec):
    x = data.table(spec)[0]

    def run():
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    return run, data.sample


def chain(spec):
    factor, term = np.float32(0.999), np.float32(0.0015)
    length = spec["length"] // 2

    def run():
        y = np.float32(1)
        for _ in range(length):
            y = y * factor + term
        return float(y)

    return run, float


def call(spec):
    x, one = np.array(1, np.float32), np.float32(1)
    return (lambda: float(x + one)), float


protocol.serve(
    np.__version__,
    {
        "train": train,
        "first": first,
        "matmul": matmul,
        "elementwise": elementwise,
        "softmax": softmax,
        "chain": chain,
        "call": call,
    },
)
