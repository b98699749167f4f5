import {
	type Node,
	normal,
	type Operand,
	randomKey,
	type Shape,
	tensor,
	variable,
} from '@pullback/core';
import { mine } from '../../core/test/hostileValues.ts';
import {
	everyExportIsAttacked,
	examples,
	type Row,
	type Subject,
	subjectsOf,
	wrongArgumentsFail,
} from '../../core/test/wrongArguments.ts';
import * as nn from '../src/index.ts';

/** What is exported and is no function that users call, with the reason. */
const others = {
	Buffer: 'made by `buffer`',
	Module: 'abstract: nets extend it',
	Optimizer: 'abstract: attacked by the optimisers that extend it',
} as const;

const x = (): Node =>
	tensor([
		[0.1, 0.9],
		[0.7, 0.3],
	]);
const weight = () => variable([1, 2], { name: 'weight' });
const net = (): nn.Module => new nn.Affine({ inputs: 2, outputs: 1, key: randomKey(1) });
const gradient = (): Node => tensor([3, 4]);

/** Makes a module, and passes a tensor through it. */
const passing =
	(Layer: unknown, input = x): Subject['call'] =>
	(...args) => {
		const layer: nn.Module = Reflect.construct(
			Layer as new (
				...args: unknown[]
			) => nn.Module,
			args,
		); // a layer's class
		return [layer.forward(input()), ...layer.parameters()];
	};
const activation = (Layer: unknown, ...more: unknown[]): Row => ({
	call: passing(Layer),
	...examples(() => more),
});

/** Makes an optimiser, and takes a step. */
const stepping =
	(Kind: unknown): Subject['call'] =>
	(...args) => {
		const optimizer: nn.Optimizer = Reflect.construct(
			Kind as new (
				...args: unknown[]
			) => nn.Optimizer, // an optimiser's class
			args,
		);
		optimizer.step(optimizer.parameters.map(gradient));
		return [...optimizer.parameters];
	};
const optimizer = (Kind: unknown, options: object): Row => ({
	call: stepping(Kind),
	...examples(() => [[weight()], options]),
	parts: ['step', 'learningRate', 'variable', 'assignAll', 'assign', 'Optimizer'],
});

/** Makes a schedule, and asks it for a rate. */
const schedule = (make: unknown, ...args: unknown[]): Row => ({
	call: (...given) => {
		const rateAt: nn.Schedule = Reflect.apply(make as nn.Schedule, null, given); // one that makes schedules
		return rateAt(tensor(3, { dtype: 'f64' }));
	},
	...examples(() => args),
	parts: ['constantSchedule'],
});
const rateOf: nn.Schedule = mine((step: Node) => step.add(1));

const moments = { learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-7, weightDecay: 0.1 };

const initializer = (make: unknown, ...args: unknown[]): Row => ({
	call: (...given) => {
		const start = Reflect.apply(make as (...args: unknown[]) => nn.Initializer, null, given); // one that makes initialisers
		return start(randomKey(1), [2, 3], 'f32');
	},
	...examples(() => args),
	parts: ['normal', 'full'],
});
const initial = (): Row => ({
	...examples(() => [randomKey(1), [2, 3], 'f64']),
	parts: ['normal'],
});

const table: { readonly [Name in Exclude<keyof typeof nn, keyof typeof others>]: Row } = {
	Activation: {
		...activation(
			nn.Activation,
			mine((a: Node) => a),
		),
		// What its function returns is its own.
		call: (f) => {
			new nn.Activation(f as () => Node).forward(x()); // as users may
		},
	},
	AdaGrad: optimizer(nn.AdaGrad, {
		learningRate: 0.1,
		learningRateDecay: 0.1,
		weightDecay: 0.1,
		initialAccumulator: 0.1,
		epsilon: 1e-7,
	}),
	Adadelta: optimizer(nn.Adadelta, {
		learningRate: 1,
		decay: 0.9,
		epsilon: 1e-6,
		weightDecay: 0.1,
	}),
	Adam: optimizer(nn.Adam, {
		...moments,
		amsgrad: true,
		correction: 'rate',
	}),
	AdamW: optimizer(nn.AdamW, moments),
	Adamax: optimizer(nn.Adamax, moments),
	Affine: {
		call: passing(nn.Affine),
		...examples(() => [
			{
				inputs: 2,
				outputs: 3,
				key: randomKey(1),
				weight: mine((key: Node, shape: Shape) => normal(key, shape)),
				bias: true,
				dtype: 'f32',
			},
		]),
		parts: ['variable', 'zeros', 'normal', 'matmul', 'add'],
	},
	Elu: { ...activation(nn.Elu, 0.5), parts: ['elu'] },
	ExponentialMovingAverage: {
		call: (...args) => {
			const average: nn.ExponentialMovingAverage = Reflect.construct(
				nn.ExponentialMovingAverage,
				args,
			);
			average.update();
			return average.within(() => average.parameters.map((each) => each.read()));
		},
		...examples(() => [[weight()], { decay: 0.9 }]),
		parts: ['variable'],
	},
	Gelu: activation(nn.Gelu),
	Identity: activation(nn.Identity),
	LAMB: optimizer(nn.LAMB, moments),
	LBFGS: {
		call: (...args) => {
			const lbfgs: nn.LBFGS = Reflect.construct(nn.LBFGS, args);
			return lbfgs.minimize().loss;
		},
		...examples(() => {
			const w = weight();
			const options = {
				learningRate: 1,
				maxIterations: 2,
				maxEvaluations: 3,
				gradientTolerance: 1e-7,
				changeTolerance: 1e-9,
				historySize: 2,
			};
			return [[w], mine(() => w.square().sum()), options];
		}),
		parts: ['compile', 'grad', 'variable'],
	},
	LeakyRelu: { ...activation(nn.LeakyRelu, 0.1), parts: ['leakyRelu'] },
	Lion: optimizer(nn.Lion, { learningRate: 0.1, beta1: 0.9, beta2: 0.99, weightDecay: 0.1 }),
	Momentum: optimizer(nn.Momentum, { learningRate: 0.1, momentum: 0.9 }),
	NAdam: optimizer(nn.NAdam, { ...moments, momentumDecay: 0.1 }),
	Nesterov: optimizer(nn.Nesterov, { learningRate: 0.1, momentum: 0.9 }),
	RAdam: optimizer(nn.RAdam, moments),
	RMSProp: optimizer(nn.RMSProp, {
		learningRate: 0.1,
		decay: 0.9,
		epsilon: 1e-7,
		weightDecay: 0.1,
		momentum: 0.9,
		centered: true,
	}),
	Relu: activation(nn.Relu),
	SGD: {
		...optimizer(nn.SGD, {}),
		...examples(
			() => [[weight()], { learningRate: 0.1, momentum: 0.9, dampening: 0.1, weightDecay: 0.1 }],
			() => [
				[{ parameters: [weight()], weightDecay: 0.1 }],
				{ learningRate: mine((step: Node) => step.add(1)), momentum: 0.9, nesterov: true },
			],
		),
	},
	Sequential: {
		call: (layers, input) => {
			const made = new nn.Sequential(layers as nn.Module[]); // as users may
			if (made.layers.every((layer) => layer instanceof nn.Module)) made.forward(input as Operand); // as users may
		},
		...examples(() => [[new nn.Relu(), new nn.Tanh()], x()]),
		parts: ['relu'],
	},
	Sigmoid: activation(nn.Sigmoid),
	Silu: activation(nn.Silu),
	Softmax: { ...activation(nn.Softmax, 0), parts: ['softmax'] },
	Softplus: activation(nn.Softplus),
	Step: activation(nn.Step),
	Tanh: activation(nn.Tanh),
	accumulateGradients: {
		...examples(() => [2, [x()], mine((a: Node) => [a.sum()])]),
		parts: ['split'],
	},
	buffer: examples(() => [[1, 2], { name: 'mean', dtype: 'f64' }]),
	callWith: {
		...examples(
			() => [net(), [[[1], [2]], [3]], x()],
			() => [net(), new Map([['bias', [3]]]), x()],
		),
		// What the module does with its input is its own.
		parts: ['Affine', 'matmul', 'identity'],
	},
	clipByNorm: examples(() => [[gradient(), x()], 2]),
	clipByValue: examples(() => [[gradient(), x()], 2]),
	constantInitializer: initializer(nn.constantInitializer, 0.1),
	crossEntropy: {
		...examples(
			() => [x(), tensor([0, 1], { dtype: 'i32' })],
			() => [x(), x()],
		),
		parts: ['gather'],
	},
	halfSquaredError: examples(() => [x(), x()]),
	heInitializer: initial(),
	meanSquaredError: examples(() => [x(), x()]),
	normalInitializer: initializer(nn.normalInitializer, 0.1),
	sequential: {
		parts: ['Sequential'],
		call: (...layers) => {
			const made = nn.sequential(...(layers as nn.Module[])); // as users may
			// What functions do and return is their own.
			if (made.layers.every((layer) => layer instanceof nn.Module)) made.forward(x());
		},
		...examples(() => [new nn.Relu(), mine((y: Node) => y.tanh())]),
	},
	softmaxCrossEntropy: {
		...examples(
			() => [x(), tensor([0, 1], { dtype: 'i32' })],
			() => [x(), x()],
		),
		parts: ['gather'],
	},
	xavierInitializer: initial(),
	constantSchedule: schedule(nn.constantSchedule, 0.1),
	cosineRestartsSchedule: schedule(nn.cosineRestartsSchedule, 0.1, {
		steps: 2,
		factor: 2,
		minimum: 0.01,
	}),
	cosineSchedule: schedule(nn.cosineSchedule, 0.1, { steps: 2, minimum: 0.01 }),
	cyclicSchedule: schedule(nn.cyclicSchedule, 0.1, 0.2, {
		stepsUp: 2,
		stepsDown: 3,
		height: 'exponential',
		factor: 0.9,
	}),
	exponentialSchedule: schedule(nn.exponentialSchedule, 0.1, { factor: 0.9 }),
	linearSchedule: schedule(nn.linearSchedule, 0.1, { steps: 3, startFactor: 0, endFactor: 1 }),
	multiStepSchedule: schedule(nn.multiStepSchedule, 0.1, { milestones: [1, 2], factor: 0.9 }),
	oneCycleSchedule: schedule(nn.oneCycleSchedule, 0.1, {
		steps: 9,
		rise: 0.3,
		startDivisor: 9,
		endDivisor: 9,
		curve: 'linear',
		threePhases: false,
	}),
	polynomialSchedule: schedule(nn.polynomialSchedule, 0.1, { steps: 3, power: 2 }),
	productSchedule: schedule(nn.productSchedule, [rateOf, rateOf]),
	sequentialSchedule: schedule(nn.sequentialSchedule, [rateOf, rateOf], [2]),
	stepSchedule: schedule(nn.stepSchedule, 0.1, { every: 2, factor: 0.9 }),
	warmUpSchedule: schedule(nn.warmUpSchedule, rateOf, { steps: 3, startFactor: 0.1 }),
	PlateauSchedule: {
		call: (...args) => {
			const plateau: nn.PlateauSchedule = Reflect.construct(nn.PlateauSchedule, args);
			plateau.observe(1);
			return plateau.rate;
		},
		...examples(() => [
			0.1,
			{
				better: 'more',
				factor: 0.5,
				patience: 2,
				threshold: 0.1,
				measure: 'absolute',
				cooldown: 1,
				minimum: 0.01,
				epsilon: 0.001,
			},
		]),
	},
};

everyExportIsAttacked(nn, table, others);

wrongArgumentsFail(subjectsOf(nn, table));
