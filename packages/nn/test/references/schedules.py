"""
Learning rates of PyTorch's schedulers in 100 steps. Writes schedules.json beside itself:

    /usr/bin/python3 packages/nn/test/references/schedules.py

Each case names our function, its arguments, and how PyTorch's scheduler is made.
"""

import json
import math
import pathlib
import warnings

import torch
from torch.optim import lr_scheduler as schedulers

warnings.simplefilter('ignore')

rate = 0.3

cases = [
    ('stepSchedule', [rate, dict(every=7)], 'StepLR', dict(step_size=7)),
    ('stepSchedule', [rate, dict(every=3, factor=0.9)], 'StepLR', dict(step_size=3, gamma=0.9)),
    ('multiStepSchedule', [rate, dict(milestones=[2, 10, 10, 55], factor=0.5)], 'MultiStepLR', dict(milestones=[2, 10, 10, 55], gamma=0.5)),
    ('exponentialSchedule', [rate, dict(factor=0.97)], 'ExponentialLR', dict(gamma=0.97)),
    ('linearSchedule', [rate], 'LinearLR', dict()),
    ('linearSchedule', [rate, dict(steps=33, startFactor=0.9, endFactor=0.2)], 'LinearLR', dict(total_iters=33, start_factor=0.9, end_factor=0.2)),
    ('cosineSchedule', [rate, dict(steps=40)], 'CosineAnnealingLR', dict(T_max=40)),
    ('cosineSchedule', [rate, dict(steps=100, minimum=0.05)], 'CosineAnnealingLR', dict(T_max=100, eta_min=0.05)),
    ('cosineRestartsSchedule', [rate, dict(steps=9)], 'CosineAnnealingWarmRestarts', dict(T_0=9)),
    ('cosineRestartsSchedule', [rate, dict(steps=3, factor=2, minimum=0.01)], 'CosineAnnealingWarmRestarts', dict(T_0=3, T_mult=2, eta_min=0.01)),
    ('cosineRestartsSchedule', [rate, dict(steps=1, factor=3)], 'CosineAnnealingWarmRestarts', dict(T_0=1, T_mult=3)),
    ('polynomialSchedule', [rate, dict(steps=60)], 'PolynomialLR', dict(total_iters=60)),
    ('polynomialSchedule', [rate, dict(steps=90, power=2.5)], 'PolynomialLR', dict(total_iters=90, power=2.5)),
    ('cyclicSchedule', [0.1, 0.7, dict(stepsUp=8)], 'CyclicLR', dict(base_lr=0.1, max_lr=0.7, step_size_up=8)),
    ('cyclicSchedule', [0.1, 0.7, dict(stepsUp=5, stepsDown=11, height='halved')], 'CyclicLR', dict(base_lr=0.1, max_lr=0.7, step_size_up=5, step_size_down=11, mode='triangular2')),
    ('cyclicSchedule', [0.1, 0.7, dict(stepsUp=10, stepsDown=3, height='exponential', factor=0.98)], 'CyclicLR', dict(base_lr=0.1, max_lr=0.7, step_size_up=10, step_size_down=3, mode='exp_range', gamma=0.98)),
    ('oneCycleSchedule', [0.7, dict(steps=101)], 'OneCycleLR', dict(max_lr=0.7, total_steps=101)),
    ('oneCycleSchedule', [0.7, dict(steps=101, rise=0.42, curve='linear', startDivisor=10, endDivisor=100)], 'OneCycleLR', dict(max_lr=0.7, total_steps=101, pct_start=0.42, anneal_strategy='linear', div_factor=10, final_div_factor=100)),
    ('oneCycleSchedule', [0.7, dict(steps=101, rise=0.25, threePhases=True)], 'OneCycleLR', dict(max_lr=0.7, total_steps=101, pct_start=0.25, three_phase=True)),
]

plateaus = [
    (dict(patience=3), dict(patience=3)),
    (dict(patience=2, factor=0.5, cooldown=4, minimum=0.02), dict(patience=2, factor=0.5, cooldown=4, min_lr=0.02)),
    (dict(better='more', patience=4, factor=0.7, threshold=0.1), dict(mode='max', patience=4, factor=0.7, threshold=0.1)),
    (dict(patience=3, measure='absolute', threshold=0.2, factor=0.8), dict(patience=3, threshold_mode='abs', threshold=0.2, factor=0.8)),
    (dict(better='more', patience=0, measure='absolute', threshold=0.01, epsilon=0.01, factor=0.6), dict(mode='max', patience=0, threshold_mode='abs', threshold=0.01, eps=0.01, factor=0.6)),
]

metrics = [2 + math.cos(i / 5) - i / 60 + 0.3 * math.sin(7 * i) for i in range(100)]


def optimizer_at(start):
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=start)


def rates_of(optimizer, scheduler, *arguments_of_step):
    rates = [optimizer.param_groups[0]['lr']]
    for i in range(99):
        optimizer.step()
        scheduler.step(*(of[i] for of in arguments_of_step))
        rates.append(optimizer.param_groups[0]['lr'])
    return rates


def of_case(name, arguments, kind, options):
    optimizer = optimizer_at(rate)
    fixed = dict(cycle_momentum=False) if kind in ('CyclicLR', 'OneCycleLR') else {}
    scheduler = getattr(schedulers, kind)(optimizer, **options, **fixed)
    return dict(name=name, arguments=arguments, rates=rates_of(optimizer, scheduler))


def of_plateau(options, torch_options):
    optimizer = optimizer_at(rate)
    scheduler = schedulers.ReduceLROnPlateau(optimizer, **torch_options)
    return dict(options=options, rates=rates_of(optimizer, scheduler, metrics))


def of_sequence():
    """A rise for 10 steps, then an exponential fall for 50, then one at steps."""
    optimizer = optimizer_at(rate)
    parts = [
        schedulers.LinearLR(optimizer, start_factor=0.1, total_iters=10),
        schedulers.ExponentialLR(optimizer, gamma=0.95),
        schedulers.StepLR(optimizer, step_size=6, gamma=0.5),
    ]
    return rates_of(optimizer, schedulers.SequentialLR(optimizer, parts, milestones=[10, 60]))


def of_product():
    """A rise and an exponential fall at once."""
    optimizer = optimizer_at(rate)
    parts = [
        schedulers.LinearLR(optimizer, start_factor=0.1, total_iters=10),
        schedulers.ExponentialLR(optimizer, gamma=0.95),
    ]
    return rates_of(optimizer, schedulers.ChainedScheduler(parts))


data = dict(
    torch=torch.__version__,
    rate=rate,
    metrics=metrics,
    cases=[of_case(*each) for each in cases],
    plateaus=[of_plateau(*each) for each in plateaus],
    sequence=of_sequence(),
    product=of_product(),
)
pathlib.Path(__file__).with_suffix('.json').write_text(json.dumps(data, separators=(',', ':')) + '\n')
