"""Writes sequences.json: what PyTorch makes of recurrent nets and layers of transformers, with their weights, gradients,
and outputs after one step of SGD. Run by a Python that has PyTorch, with the JSON as standard output."""

import json

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

torch.set_default_dtype(torch.float64)
rate = 0.1


def numbers(tensor):
    flat = [float(f"{x:.8g}") for x in tensor.detach().flatten().tolist()]
    return {"shape": list(tensor.shape), "data": flat}


def reference(seed, make, run, inputs):
    """Outputs, gradients of their mean squared distance to random targets, and outputs after a step against these."""
    torch.manual_seed(seed)
    model = make()
    for parameter in model.parameters():
        # As they are written, and no norm's weights are 1.
        values = parameter.detach() + 0.1 * torch.randn(parameter.shape)
        parameter.data = torch.tensor(numbers(values)["data"]).reshape(parameter.shape)
    x = {name: torch.tensor(numbers(torch.randn(shape))["data"]).reshape(shape) for name, shape in inputs.items()}
    for each in x.values():
        each.requires_grad_()
    outputs = run(model, **x)
    targets = [torch.tensor(numbers(torch.randn(y.shape))["data"]).reshape(y.shape) for y in outputs]
    loss = sum(((y - t) ** 2).mean() for y, t in zip(outputs, targets))
    weights = {name: numbers(value) for name, value in model.named_parameters()}
    loss.backward()
    result = {
        "weights": weights,
        "inputs": {name: numbers(value) for name, value in x.items()},
        "targets": [numbers(each) for each in targets],
        "outputs": [numbers(each) for each in outputs],
        "gradients": {name: numbers(value.grad) for name, value in model.named_parameters()},
        "inputGradients": {name: numbers(value.grad) for name, value in x.items()},
    }
    torch.optim.SGD(model.parameters(), lr=rate).step()
    result["after"] = [numbers(each) for each in run(model, **x)]
    return result


lengths = torch.tensor([4, 2])


def padded(model, x, state):
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    outputs, last = model(packed, state)
    return [pad_packed_sequence(outputs, batch_first=True)[0], last]


def together(outputs, last):
    return [outputs, *last]


causal = torch.triu(torch.full((3, 3), float("-inf")), diagonal=1)
padding = torch.tensor([[False, False, True, True], [False, False, False, False]])

print(
    json.dumps(
        {
            "lstm": reference(
                1,
                lambda: nn.LSTM(2, 3, num_layers=2, bidirectional=True, batch_first=True),
                lambda model, x, hidden, cell: together(*model(x, (hidden, cell))),
                {"x": (2, 3, 2), "hidden": (4, 2, 3), "cell": (4, 2, 3)},
            ),
            "gru": reference(
                2,
                lambda: nn.GRU(2, 3, num_layers=2, bidirectional=True, batch_first=True),
                lambda model, x, hidden: padded(model, x, hidden),
                {"x": (2, 4, 2), "hidden": (4, 2, 3)},
            ),
            "rnn": reference(
                3,
                lambda: nn.RNN(2, 3, nonlinearity="relu"),
                lambda model, x, hidden: list(model(x, hidden)),
                {"x": (3, 2, 2), "hidden": (1, 2, 3)},
            ),
            "encoder": reference(
                4,
                lambda: nn.TransformerEncoderLayer(4, 2, 5, dropout=0, activation="gelu", batch_first=True, norm_first=True),
                lambda model, x: [model(x, src_mask=causal)],
                {"x": (2, 3, 4)},
            ),
            "decoder": reference(
                5,
                lambda: nn.TransformerDecoderLayer(4, 2, 5, dropout=0, batch_first=True),
                lambda model, x, memory: [model(x, memory, tgt_mask=causal, memory_key_padding_mask=padding)],
                {"x": (2, 3, 4), "memory": (2, 4, 4)},
            ),
            "attention": reference(
                6,
                lambda: nn.MultiheadAttention(4, 2, kdim=3, vdim=2, batch_first=True),
                lambda model, x, keys, values: [model(x, keys, values)[0]],
                {"x": (2, 3, 4), "keys": (2, 4, 3), "values": (2, 4, 2)},
            ),
        }
    )
)
