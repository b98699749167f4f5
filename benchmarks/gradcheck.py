"""PyTorch's gradcheck and gradgradcheck on functions that standard input describes: gradcheck/peer.mjs, see there."""

import json
import math
import signal
import sys
import warnings

try:
    import torch
    import torch.utils.checkpoint
    from torch.autograd import gradcheck, gradgradcheck
    from torch.autograd.gradcheck import GradcheckError
except ImportError as error:
    print(f"{type(error).__name__}: {error}", file=sys.stderr)
    sys.exit(3)  # peer.mjs knows it

DTYPES = {"f64": torch.float64, "i32": torch.int64, "u8": torch.uint8, "bool": torch.bool}

REFUSALS = ("returned an invalid gradient", "returned an incorrect number of gradients")

CHECKS = {
    "gradcheck": lambda f, operands: gradcheck(f, operands),
    "gradgradcheck": lambda f, operands: gradgradcheck(f, operands),
    "fast": lambda f, operands: gradcheck(f, operands, fast_mode=True),
}


def custom(forward, backward):
    """A function with a derivative rule: backward takes the cotangent and the operands, and returns their gradients."""

    class Custom(torch.autograd.Function):
        @staticmethod
        def forward(context, *operands):
            context.save_for_backward(*operands)
            return forward(*operands)

        @staticmethod
        def backward(context, cotangent):
            return backward(cotangent, *context.saved_tensors)

    return Custom.apply


def tensor_of(elements):
    return torch.tensor([float(element) for element in elements], dtype=torch.float64)


def operands_of(described):
    """Operands, new; one that is another one again is the same tensor."""
    operands = []
    for operand in described:
        if "same" in operand:
            operands.append(operands[operand["same"]])
            continue
        made = tensor_of(operand["elements"]).reshape(operand["shape"])
        made = made.to(DTYPES[operand["dtype"]])
        operands.append(made.requires_grad_(made.is_floating_point()))
    return tuple(operands)


class TooLong(BaseException):
    """Not caught by what catches exceptions."""


def limited(seconds, run):
    def stop(*_):
        raise TooLong(f"it did not end within {seconds} seconds")

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        return run()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def unlike(f, draw):
    """How what f computes differs from what it stands for; None if it does not, or that cannot be told."""
    operands = operands_of(draw["operands"])
    result = f(*operands)
    ours = draw["ours"]
    if ours is None:
        return None
    if list(result.shape) != ours["shape"]:
        return f"its shape is {list(result.shape)}, must be {ours['shape']}"
    if not alike(result, ours["value"]):
        return f"its value is {first(result)}, must be {ours['value'][:4]}"
    floating = [operand for operand in operands if operand.requires_grad]
    gradients = [None] * len(floating)
    if result.requires_grad:
        cotangent = tensor_of(ours["cotangent"]).reshape(result.shape)
        try:
            gradients = torch.autograd.grad(result, floating, cotangent, allow_unused=True)
        except Exception:
            return None  # for the checks to tell
    for operand, gradient, expected in zip(floating, gradients, ours["gradients"]):
        gradient = torch.zeros_like(operand) if gradient is None else gradient
        if not alike(gradient, expected):
            return f"its gradient is {first(gradient)}, must be {expected[:4]}"
    return None


def first(tensor):
    return tensor.flatten().tolist()[:4]


def alike(tensor, elements):
    return torch.allclose(tensor.flatten().double(), tensor_of(elements), 1e-4, 1e-10, equal_nan=True)


def outcome(check, f, operands, seconds):
    """'passed', 'failed', 'late' or 'error', and why."""
    torch.manual_seed(1)  # of the cotangents, and the directions of the fast mode
    try:
        limited(seconds, lambda: check(f, operands_of(operands)))
    except GradcheckError as error:
        return "failed", str(error)
    except TooLong as error:
        return "late", str(error)
    except Exception as error:
        # Gradients of a wrong shape, type or number are refused before anything is compared.
        refused = any(words in str(error) for words in REFUSALS)
        return "failed" if refused else "error", f"{type(error).__name__}: {error}"
    return "passed", ""


def verdicts(entry, seconds):
    """What each check says of a function; and of what went otherwise, the first of each kind."""
    said, reasons = {}, {}
    try:
        f = eval(entry["torch"], {"torch": torch, "math": math, "custom": custom})
        for i, draw in enumerate(entry["draws"]):
            difference = limited(seconds, lambda: unlike(f, draw))
            if difference is not None:
                reasons.setdefault("unlike", f"draw {i}: {difference}")
    except (Exception, TooLong) as error:
        words = brief(f"{type(error).__name__}: {error}")
        return dict.fromkeys(CHECKS, "error"), {"error": words}
    bad, good = ("alarm", "ok") if entry["right"] else ("found", "missed")
    for name, check in CHECKS.items():
        outcomes = []
        for i, draw in enumerate(entry["draws"]):
            kind, reason = outcome(check, f, draw["operands"], seconds)
            outcomes.append(kind)
            if kind != "passed":
                reasons.setdefault(f"{name} {kind}", f"draw {i}: {brief(reason)}")
            if kind in ("failed", "late"):
                break
        whole = all(kind == "passed" for kind in outcomes)
        said[name] = bad if "failed" in outcomes else good if whole else "error"
    return said, reasons


def brief(text):
    return " ".join(text.split())[:300]


def main():
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    say({"torch": torch.__version__})
    request = json.load(sys.stdin)
    for entry in request["entries"]:
        said, reasons = verdicts(entry, request["seconds"])
        say({"name": entry["name"], "verdicts": said, "reasons": reasons})


def say(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


main()
