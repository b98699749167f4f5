"""Values and gradients of losses by PyTorch, in f64: writes losses.json beside this file.

Each case: the loss's name here, its floating operands, constants, class indices, options as they are here, the value,
and the gradients of the value's sum in the floating operands. Tensors stand in a list once, and in cases by their place.
"""

import json
import os

import torch
import torch.nn.functional as F

torch.manual_seed(24)
torch.set_default_dtype(torch.float64)
cases = []
tensors = []
places = {}


def numbers(x):
    tensor = {"shape": list(x.shape), "data": x.detach().flatten().tolist()}
    key = json.dumps(tensor)
    if key not in places:
        places[key] = len(tensors)
        tensors.append(tensor)
    return places[key]


def case(name, f, floating, others=(), constants=(), **options):
    """`others` are class indices, `constants` floating operands whose gradients are not asked for."""
    leaves = [x.detach().clone().requires_grad_() for x in floating]
    value = f(*leaves)
    value.sum().backward()
    cases.append(
        {
            "loss": name,
            "floating": [numbers(x) for x in leaves],
            "constants": [numbers(x) for x in constants],
            "indices": [numbers(x) for x in others],
            "options": options,
            "value": numbers(value),
            "gradients": [numbers(x.grad) for x in leaves],
        }
    )


reductions = ("mean", "sum", "none")
y, t = torch.randn(3, 4), torch.randn(3, 4)
for r in reductions:
    case("meanSquaredError", lambda a, b: F.mse_loss(a, b, reduction=r), [y, t], reduction=r)
    case("meanAbsoluteError", lambda a, b: F.l1_loss(a, b, reduction=r), [y, t], reduction=r)
    for delta in (0.5, 1.0):
        case("huber", lambda a, b: F.huber_loss(a, b, reduction=r, delta=delta), [y, t], reduction=r, delta=delta)
    for beta in (0.0, 0.7):
        case("smoothL1", lambda a, b: F.smooth_l1_loss(a, b, reduction=r, beta=beta), [y, t], reduction=r, beta=beta)

logits = torch.randn(6, 5) * 3
labels = torch.tensor([0, 4, 2, 2, 1, 3])
rows = torch.softmax(torch.randn(6, 5), -1)
weights = torch.tensor([0.5, 2.0, 1.0, 0.25, 3.0])
for r in reductions:
    for w in (None, weights):
        for smoothing in (0.0, 0.3):
            for ignored in (None, 2):
                options = dict(reduction=r, labelSmoothing=smoothing)
                if w is not None:
                    options["classWeights"] = w.tolist()
                if ignored is not None:
                    options["ignoredLabel"] = ignored
                given = dict(weight=w, reduction=r, label_smoothing=smoothing)
                case(
                    "softmaxCrossEntropy",
                    lambda a: F.cross_entropy(a, labels, ignore_index=-100 if ignored is None else ignored, **given),
                    [logits],
                    [labels],
                    **options,
                )
                if ignored is None:
                    case(
                        "softmaxCrossEntropy",
                        lambda a, b: F.cross_entropy(a, b, **given),
                        [logits, rows],
                        **options,
                    )
                if smoothing == 0.0:
                    case(
                        "negativeLogLikelihood",
                        lambda a: F.nll_loss(
                            a, labels, weight=w, reduction=r, ignore_index=-100 if ignored is None else ignored
                        ),
                        [torch.log_softmax(logits, -1)],
                        [labels],
                        **{key: value for key, value in options.items() if key != "labelSmoothing"},
                    )

p, q = torch.rand(3, 4), torch.rand(3, 4)
positive = torch.tensor([0.5, 2.0, 1.0, 4.0])
elements = torch.rand(3, 4)
for r in reductions:
    # PyTorch gives no gradient in the targets of binary_cross_entropy.
    case("binaryCrossEntropy", lambda a: F.binary_cross_entropy(a, q, reduction=r), [p], constants=[q], reduction=r)
    case(
        "binaryCrossEntropy",
        lambda a: F.binary_cross_entropy(a, q, weight=elements, reduction=r),
        [p],
        constants=[q],
        reduction=r,
        weights=elements.tolist(),
    )
    case(
        "binaryCrossEntropyWithLogits",
        lambda a: F.binary_cross_entropy_with_logits(a, q, reduction=r),
        [y * 5],
        constants=[q],
        reduction=r,
    )
    case(
        "binaryCrossEntropyWithLogits",
        lambda a: F.binary_cross_entropy_with_logits(a, q, weight=elements, pos_weight=positive, reduction=r),
        [y * 5],
        constants=[q],
        reduction=r,
        weights=elements.tolist(),
        positiveWeights=positive.tolist(),
    )

for r in (*reductions, "batchMean"):
    for is_log in (False, True):
        target = torch.softmax(t, -1)
        case(
            "klDivergence",
            lambda a, b: F.kl_div(a, b, reduction="batchmean" if r == "batchMean" else r, log_target=is_log),
            [torch.log_softmax(y, -1), target.log() if is_log else target],
            reduction=r,
            logTarget=is_log,
        )

signs = torch.tensor([[1.0, -1, -1, 1], [1, 1, -1, -1], [-1, 1, -1, 1]])
a, b, c = torch.randn(4, 3), torch.randn(4, 3), torch.randn(4, 3)
one = torch.tensor([1.0, -1, 1, -1])
classes = torch.tensor([2, 0, 1, 2])
three = torch.tensor([0.5, 2.0, 1.0])
for r in reductions:
    for margin in (1.0, 0.3):
        case(
            "hingeEmbedding",
            lambda x: F.hinge_embedding_loss(x, signs, margin=margin, reduction=r),
            [y.abs()],
            constants=[signs],
            reduction=r,
            margin=margin,
        )
        case(
            "marginRanking",
            lambda x, z: F.margin_ranking_loss(x, z, signs, margin=margin, reduction=r),
            [y, t],
            constants=[signs],
            reduction=r,
            margin=margin,
        )
        case(
            "cosineEmbedding",
            lambda x, z: F.cosine_embedding_loss(x, z, one, margin=margin - 0.5, reduction=r),
            [a, b],
            constants=[one],
            reduction=r,
            margin=margin - 0.5,
        )
        for power in (1, 2):
            case(
                "multiMargin",
                lambda x: F.multi_margin_loss(x, classes, p=power, margin=margin, weight=three, reduction=r),
                [a],
                [classes],
                reduction=r,
                margin=margin,
                power=power,
                classWeights=three.tolist(),
            )
    for order in (1, 2, 3):
        for swap in (False, True):
            case(
                "tripletMargin",
                lambda x, z, u: F.triplet_margin_loss(x, z, u, p=order, swap=swap, reduction=r),
                [a, b, c],
                reduction=r,
                order=order,
                swap=swap,
            )
    counts = torch.tensor([[0.0, 1, 2, 5], [3, 0, 7, 1], [2, 2, 0, 9]])
    for full in (False, True):
        case(
            "poissonNegativeLogLikelihood",
            lambda x: F.poisson_nll_loss(x, counts, full=full, reduction=r),
            [y],
            constants=[counts],
            reduction=r,
            full=full,
        )
        case(
            "poissonNegativeLogLikelihood",
            lambda x: F.poisson_nll_loss(x, counts, log_input=False, full=full, eps=0.0, reduction=r),
            [y.abs() + 0.1],
            constants=[counts],
            reduction=r,
            full=full,
            logInput=False,
        )
        spread = torch.rand(3, 4) * 2
        spread[1, 2] = 1e-9
        case(
            "gaussianNegativeLogLikelihood",
            lambda x, z, v: F.gaussian_nll_loss(x, z, v, full=full, reduction=r),
            [y, t, spread],
            reduction=r,
            full=full,
        )

scores = torch.randn(3, 6, 4)
sequences = torch.tensor([[1, 1, 3], [2, 3, 1], [3, 0, 0]])
times, lengths = torch.tensor([6, 5, 2]), torch.tensor([3, 2, 1])
for r in reductions:
    # The gradient by PyTorch is that of log_softmax before, too.
    case(
        "ctc",
        lambda x: F.ctc_loss(
            torch.log_softmax(x, -1).transpose(0, 1), sequences, times, lengths, reduction=r
        ),
        [scores],
        [sequences],
        reduction=r,
        inputLengths=times.tolist(),
        labelLengths=lengths.tolist(),
    )
    # The third does not fit into its time.
    case(
        "ctc",
        lambda x: F.ctc_loss(
            torch.log_softmax(x, -1).transpose(0, 1),
            torch.tensor([[1, 1, 3], [2, 3, 1], [2, 2, 2]]) - 1,
            torch.tensor([6, 6, 4]),
            torch.tensor([3, 3, 3]),
            blank=3,
            zero_infinity=True,
            reduction=r,
        ),
        [scores],
        [torch.tensor([[1, 1, 3], [2, 3, 1], [2, 2, 2]]) - 1],
        reduction=r,
        inputLengths=[6, 6, 4],
        labelLengths=[3, 3, 3],
        blank=3,
        zeroInfinity=True,
    )

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "losses.json")
with open(path, "w") as file:
    json.dump({"tensors": tensors, "cases": cases}, file)
