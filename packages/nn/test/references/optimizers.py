"""
Trajectories of PyTorch's optimisers in f64: where two parameters are after some of 100 steps on a loss that changes from
step to step. Writes optimizers.json beside itself:

    /usr/bin/python3 packages/nn/test/references/optimizers.py

The options are named as ours are; `torch_names` says what PyTorch calls them.
"""

import json
import pathlib

import torch

# NAdam keeps a product in the dtype by default.
torch.set_default_dtype(torch.float64)

kept_steps = [1, 2, 3, 5, 7, 10, 20, 35, 50, 75, 100]
scale = [0.05, 1.0, 3.0]
start_w, start_b = [-7.0, 2.0, 0.5], 1.5

torch_names = {
    'learningRate': 'lr',
    'weightDecay': 'weight_decay',
    'learningRateDecay': 'lr_decay',
    'initialAccumulator': 'initial_accumulator_value',
    'epsilon': 'eps',
    'momentumDecay': 'momentum_decay',
}
torch_classes = {'AdaGrad': 'Adagrad', 'RMSProp': 'RMSprop'}

cases = [
    ('SGD', dict(learningRate=0.05)),
    ('SGD', dict(learningRate=0.05, weightDecay=0.1)),
    ('SGD', dict(learningRate=0.02, momentum=0.9)),
    ('SGD', dict(learningRate=0.02, momentum=0.8, dampening=0.3, weightDecay=0.05)),
    ('SGD', dict(learningRate=0.02, momentum=0.9, nesterov=True, weightDecay=0.01)),
    ('AdaGrad', dict()),
    ('AdaGrad', dict(learningRate=0.5, learningRateDecay=0.01, weightDecay=0.1, initialAccumulator=0.3)),
    ('RMSProp', dict()),
    ('RMSProp', dict(learningRate=0.02, decay=0.9, weightDecay=0.1, epsilon=1e-6)),
    ('RMSProp', dict(learningRate=0.02, centered=True)),
    ('RMSProp', dict(learningRate=0.01, decay=0.95, momentum=0.8, centered=True, weightDecay=0.02)),
    ('Adadelta', dict()),
    ('Adadelta', dict(learningRate=5.0, decay=0.8, epsilon=1e-4, weightDecay=0.1)),
    ('Adam', dict()),
    ('Adam', dict(learningRate=0.2, beta1=0.8, beta2=0.9, epsilon=1e-3, weightDecay=0.1)),
    ('Adam', dict(learningRate=0.1, amsgrad=True, beta2=0.9)),
    ('AdamW', dict()),
    ('AdamW', dict(learningRate=0.2, beta1=0.8, beta2=0.9, epsilon=1e-3, weightDecay=0.1, amsgrad=True)),
    ('NAdam', dict()),
    ('NAdam', dict(learningRate=0.1, beta1=0.8, beta2=0.99, weightDecay=0.1, momentumDecay=0.01, epsilon=1e-4)),
    ('RAdam', dict()),
    ('RAdam', dict(learningRate=0.1, beta1=0.8, beta2=0.95, weightDecay=0.1, epsilon=1e-4)),
    ('RAdam', dict(learningRate=0.1, beta2=0.5)),
    ('Adamax', dict()),
    ('Adamax', dict(learningRate=0.2, beta1=0.8, beta2=0.9, epsilon=1e-3, weightDecay=0.1)),
]


def loss_at(step, w, b):
    target = torch.cos(torch.tensor(step / 7, dtype=torch.float64))
    misses = (torch.tensor(scale, dtype=torch.float64) * (w - target) ** 2).sum()
    return misses + 0.1 * (w.sum() * b - 1) ** 2 + torch.log1p(b**2)


def parameters():
    return [torch.tensor(each, dtype=torch.float64, requires_grad=True) for each in (start_w, start_b)]


def torch_options(name, options):
    given = {torch_names.get(key, key): value for key, value in options.items() if not key.startswith('beta')}
    if 'decay' in given:
        given['rho' if name == 'Adadelta' else 'alpha'] = given.pop('decay')
    if 'beta1' in options or 'beta2' in options:
        given['betas'] = (options.get('beta1', 0.9), options.get('beta2', 0.999))
    return given


def trajectory(optimizer, w, b):
    positions = []
    for step in range(1, 101):
        optimizer.zero_grad()
        loss_at(step, w, b).backward()
        optimizer.step()
        if step in kept_steps:
            positions.append([*w.tolist(), b.item()])
    return positions


def of_case(name, options):
    w, b = parameters()
    kind = getattr(torch.optim, torch_classes.get(name, name))
    # Alone of all, the form of NAdam for single tensors has a fault in 1.13, mended since: pytorch/pytorch#92699.
    form = dict(foreach=True) if name == 'NAdam' else {}
    optimizer = kind([w, b], **torch_options(name, options), **form)
    return dict(name=name, options=options, positions=trajectory(optimizer, w, b))


def of_groups():
    """Two groups: the second has a rate and a weight decay of its own."""
    w, b = parameters()
    own = dict(learningRate=0.05, weightDecay=0.2)
    groups = [dict(params=[w]), dict(params=[b], **torch_options('AdamW', own))]
    optimizer = torch.optim.AdamW(groups, lr=0.2)
    return dict(name='AdamW', options=dict(learningRate=0.2), own=own, positions=trajectory(optimizer, w, b))


def rosenbrock(x):
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def of_lbfgs(options):
    """Calls of two iterations each, from which the valley of Rosenbrock in four dimensions leads far."""
    x = torch.tensor([-1.2, 1.0, 0.5, 2.0], requires_grad=True)
    given = dict(lr=options['learningRate'], history_size=options['historySize'], max_iter=options['maxIterations'])
    optimizer = torch.optim.LBFGS([x], line_search_fn='strong_wolfe', **given)

    def closure():
        optimizer.zero_grad()
        loss = rosenbrock(x)
        loss.backward()
        return loss

    positions = []
    for _ in range(12):
        optimizer.step(closure)
        positions.append(x.tolist())
    return dict(options=options, positions=positions)


lbfgs_cases = [
    dict(learningRate=1.0, historySize=100, maxIterations=2),
    dict(learningRate=0.5, historySize=3, maxIterations=2),
    dict(learningRate=1.0, historySize=2, maxIterations=20),
]


def main():
    data = dict(
        torch=torch.__version__,
        steps=kept_steps,
        scale=scale,
        start=dict(w=start_w, b=start_b),
        cases=[of_case(name, options) for name, options in cases],
        groups=of_groups(),
        lbfgs=[of_lbfgs(each) for each in lbfgs_cases],
    )
    path = pathlib.Path(__file__).with_suffix('.json')
    path.write_text(json.dumps(data, separators=(',', ':')) + '\n')


main()
