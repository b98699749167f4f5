import { expect, test } from 'vitest';
import { isPlain } from '../src/arguments.ts';
import * as core from '../src/index.ts';
import { operations } from '../src/methods.ts';
import * as arithmetic from '../src/ops/arithmetic.ts';
import { type ElementwiseName, primitives } from '../src/ops/primitives.ts';
import { mine } from './hostileValues.ts';
import {
	everyExportIsAttacked,
	examples,
	type Row,
	type Subject,
	subjectsOf,
	wrongArgumentsFail,
} from './wrongArguments.ts';

const { tensor, variable } = core;

/** What is exported and is no function that users call, with the reason. */
const others = {
	Node: 'for transforms, which pass on what Nodes hold',
	apply: 'for transforms, which pass on what Nodes hold',
	Cell: 'for engines, which keep in it what they like',
	DTypeError: 'an error',
	NonFiniteError: 'an error',
	OutOfMemoryError: 'an error',
	ShapeError: 'an error',
	ThreadError: 'an error',
	defaultEngine: 'an engine: `compiler` takes it',
	dtypes: 'a list',
	interpreter: 'an engine: `compiler` takes it',
} as const;

type Call = Subject['call'];
/** A function of whatever arguments: the table attacks what types would forbid. */
const loose = (f: unknown): Call => f as Call;

const x = (): core.Node =>
	tensor([
		[1, 2, 3],
		[4, 5, 6],
	]);
const square = (): core.Node =>
	tensor([
		[2, 1],
		[1, 3],
	]);
const tallImage = (): core.Node => core.ones([1, 2, 4, 3]);
const image = (): core.Node => tensor([1, 2, 3, 4], { shape: [1, 1, 2, 2] });
const vector = (): core.Node => tensor([1, 2, 3]);
const indices = (): core.Node => tensor([0, 1], { dtype: 'i32' });
const key = (): core.Node => core.randomKey(3);
/** One that is not attacked inside. */
const anEngine = (): core.Engine => Object.create(core.interpreter);

const volume = (axes: number): core.Node => core.ones([1, 2, ...[4, 3, 5].slice(0, axes)]);
/** Of pooling over so many axes, with what else it takes. */
const pooling = (axes: number, more: object): Omit<Subject, 'call'> => ({
	...examples(
		() => [volume(axes), 2],
		() => [
			volume(axes),
			new Array(axes).fill(2),
			{ stride: 1, padding: new Array(axes).fill(1), ceilMode: true, ...more },
		],
	),
	parts: ['pad', 'windows'],
});
const unpooling = (axes: number): Omit<Subject, 'call'> => {
	const pooled = (): [core.Node, core.Node] => {
		const x = core.ones([1, 2, ...new Array(axes).fill(2)]);
		return [x, core.zerosLike(x).cast('i32')];
	};
	return {
		...examples(
			() => [...pooled(), 2],
			() => [...pooled(), 3, { stride: 2, padding: 1, outputSize: new Array(axes).fill(3) }],
		),
		parts: ['scatterAdd'],
	};
};
const adaptive = (axes: number): Omit<Subject, 'call'> => ({
	...examples(
		() => [volume(axes), 2],
		() => [volume(axes), new Array(axes).fill(3)],
	),
	parts: ['take', 'gather'],
});

const unary = examples(
	() => [x()],
	() => [[1, 2]],
);
const binary = examples(
	() => [x(), [1, 2, 3]],
	() => [variable(2), x()],
);
const along = examples(() => [x(), 1]);
const reduction = (...parts: string[]): Omit<Subject, 'call'> => ({
	...examples(
		() => [x(), 1, { keepDims: true }],
		() => [x(), [0, -1]],
	),
	parts,
});
const reductionAlong = (...parts: string[]): Omit<Subject, 'call'> => ({
	...examples(
		() => [x(), 1, { keepDims: true }],
		() => [x()],
	),
	parts,
});

/** Images of 4 channels, and kernels, over so many spatial axes. */
const imagesAndKernels = (rank: number): [core.Node, core.Node] => {
	const lengths = new Array<number>(rank).fill(4);
	return [core.ones([2, 4, ...lengths]), core.ones([4, 2, ...lengths.map(() => 2)])];
};
const convolution = (rank: number): Omit<Subject, 'call'> =>
	examples(
		() => [...imagesAndKernels(rank), { bias: [1, 2, 3, 4], groups: 2, stride: 2, padding: 1 }],
		() => [...imagesAndKernels(rank), { groups: 2, dilation: 2, padding: 'same' }],
		() => [
			...imagesAndKernels(rank),
			{ groups: 2, stride: new Array(rank).fill(1), padding: new Array(rank).fill([0, 1]) },
		],
	);
const transposedConvolution = (rank: number): Omit<Subject, 'call'> =>
	examples(
		() => [
			...imagesAndKernels(rank),
			{ bias: [1, 2, 3, 4], groups: 2, stride: 2, outputPadding: 1, padding: 1 },
		],
		() => [...imagesAndKernels(rank), { dilation: 2, padding: new Array(rank).fill([0, 1]) }],
	);

const differentiated = (): readonly [core.Node, core.Node] => {
	const given = vector();
	return [given.square().sum(), given];
};

/** The functions that record elementwise primitives of numbers, which all take one tensor or two. */
const elementwise = Object.fromEntries(
	Object.entries(arithmetic)
		.filter(([name]) => 'family' in (primitives[name as keyof typeof primitives] ?? {}))
		.map(([name, f]) => [name, f.length === 1 ? unary : binary]),
) as { readonly [Name in keyof typeof arithmetic & ElementwiseName]: Row }; // a row for each

const table: {
	readonly [Name in Exclude<keyof typeof core, keyof typeof others>]: Row;
} = {
	...elementwise,
	Variable: {
		call: (init, name) => new core.Variable(init as core.Node, name as string), // as users may
		...examples(() => [x(), 'x']),
	},
	Late: {
		// What it is to bring may take any time.
		call: (fetch) => new core.Late(fetch as () => Promise<core.Data>), // as engines may
		...examples(() => [async () => Float32Array.of(1)]),
	},
	adaptiveAvgPool1d: adaptive(1),
	adaptiveAvgPool2d: adaptive(2),
	adaptiveAvgPool3d: adaptive(3),
	adaptiveMaxPool1d: adaptive(1),
	adaptiveMaxPool1dWithIndices: adaptive(1),
	adaptiveMaxPool2d: adaptive(2),
	adaptiveMaxPool2dWithIndices: adaptive(2),
	adaptiveMaxPool3d: adaptive(3),
	adaptiveMaxPool3dWithIndices: adaptive(3),
	all: reduction(),
	amax: reduction('max'),
	amin: reduction('min'),
	any: reduction(),
	arange: examples(
		() => [1, 5, 2, { dtype: 'i32' }],
		() => [3],
	),
	argmax: reductionAlong(),
	argmin: reductionAlong(),
	argsort: along,
	assignAll: { ...examples(() => [[[variable([1, 2]), [3, 4]]]]), parts: ['assign'] },
	avgPool1d: pooling(1, { countIncludePad: false }),
	avgPool2d: pooling(2, { divisorOverride: 2 }),
	avgPool3d: pooling(3, { divisorOverride: 3 }),
	bernoulli: { ...examples(() => [key(), [2], { p: 0.3 }]), parts: ['less'] },
	broadcastTo: examples(() => [x(), [2, 2, 3]]),
	cast: examples(() => [x(), 'i32']),
	checkpoint: {
		call: (f, ...args) =>
			core.checkpoint(f as (...nodes: core.Node[]) => core.Node)(...(args as core.Node[])), // as users may
		...examples(() => [mine((a: core.Node) => a.tanh()), x()]),
	},
	clip: examples(
		() => [x(), -1, [2, 3, 4]],
		() => [x(), null, 2],
	),
	compile: {
		call: (f, ...args) =>
			core.compile(f as (...nodes: core.Node[]) => core.Node)(...(args as core.Node[])), // as users may
		...examples(
			() => [mine((a: core.Node) => a.add(1)), x()],
			() => [mine((a: core.Argument) => a), { a: x(), b: [x(), [x()]] }],
		),
		records: [1],
	},
	compiler: {
		// What an engine computes is its own.
		call: (engine, f, ...args) => {
			const compile = core.compiler(engine as core.Engine); // as users may
			compile(f as (...nodes: core.Node[]) => core.Node)(...(args as core.Node[])); // as users may
		},
		...examples(() => [core.interpreter, mine((a: core.Node) => [a.add(1), { b: a }]), x()]),
		parts: ['compile'],
		whole: [0],
	},
	concatenate: examples(() => [[x(), [[7, 8, 9]]], 0]),
	conv1d: convolution(1),
	conv2d: convolution(2),
	conv3d: convolution(3),
	convTranspose1d: transposedConvolution(1),
	convTranspose2d: transposedConvolution(2),
	convTranspose3d: transposedConvolution(3),
	cumsum: along,
	custom: {
		call: (operation, ...args) => {
			const f = core.custom(operation as core.CustomOperation<core.Node[]>); // as users may
			const [a = tensor(1)] = args as core.Node[]; // as users may
			const y = f(a);
			return [y, core.grad(y.sum(), [a]), core.jvp(y, [a], [a])];
		},
		...examples(() => [
			{
				forward: mine((a: core.Node) => a.exp()),
				vjp: mine((c: core.Node, _: unknown, y: core.Node) => [c.mul(y)]),
				jvp: mine(([t]: core.Node[], _: unknown, y: core.Node) => t?.mul(y) ?? null),
			},
			vector(),
		]),
		parts: ['grad', 'sum', 'jvp'],
	},
	dot: {
		...examples(
			() => [x(), vector()],
			() => [
				x(),
				square()
					.reshape([2, 2])
					.pad([
						[1, 0],
						[0, 0],
					]),
			],
		),
		parts: ['matmul'],
	},
	einsum: examples(
		() => ['ij,j->i', x(), vector()],
		() => ['ii', square()],
	),
	elu: examples(() => [x(), 0.5]),
	equal: binary,
	evaluate: examples(() => [[x(), x().add(1)]]),
	expandDims: along,
	explainPlan: {
		// What an engine says is its own.
		call: (f, options, ...args) => {
			const explain = core.explainPlan(f as (node: core.Node) => core.Node, options as object); // as users may
			explain(...(args as [core.Node])); // as users may
		},
		...examples(
			() => [mine((a: core.Node) => a.add(1)), { check: 'finite' }, x()],
			() => [mine((a: core.Node) => a.add(1)), { engine: anEngine() }, x()],
		),
		parts: ['compile', 'checkFinite'],
	},
	eye: examples(() => [2, { dtype: 'i32' }]),
	flatten: along,
	flip: examples(
		() => [x(), 1],
		() => [x(), [0, 1]],
	),
	fold: {
		...examples(
			() => [core.ones([1, 8, 6]), [4, 3], 2],
			() => [core.ones([4, 4]), 3, [2, 2], { stride: 2, padding: [1, 1], dilation: 1 }],
		),
		parts: ['pad'],
	},
	formatShape: examples(() => [[2, 3]]),
	full: {
		...examples(
			() => [[2, 3], 7, { dtype: 'f64' }],
			() => [[2], 7, { dtype: 'u8' }],
		),
		parts: ['cast'],
	},
	gather: examples(
		() => [x(), indices(), { axis: 0, batch: 0, fromEnd: true }],
		() => [x(), [[1], [0]], { batch: 1 }],
	),
	gelu: examples(() => [x(), 'tanh']),
	grad: examples(
		() => [differentiated()[0], [vector()]],
		() => {
			const [y, given] = differentiated();
			return [y, [given]];
		},
	),
	gradOrNull: examples(() => {
		const [y, given] = differentiated();
		return [y, [given, vector()]];
	}),
	glu: examples(() => [x(), 0]),
	hardsigmoid: unary,
	hardswish: unary,
	hardtanh: examples(() => [x(), -1, 1]),
	mish: unary,
	relu6: unary,
	softmin: along,
	greater: binary,
	greaterEqual: binary,
	gridSample: examples(() => [
		image(),
		core.zeros([1, 1, 2, 2]),
		{ paddingMode: 'border', alignCorners: true },
	]),
	hessian: { ...examples(differentiated), parts: ['grad', 'jacobian'] },
	hvp: {
		...examples(() => {
			const [y, given] = differentiated();
			return [y, [given], [[1, 2, 3]]];
		}),
		parts: ['grad', 'jvp'],
	},
	identity: unary,
	interpolate: examples(
		() => [image(), { size: [2, 3], mode: 'bilinear', alignCorners: true }],
		() => [image(), { scaleFactor: 2 }],
	),
	isFinite: unary,
	isNaN: unary,
	jacobian: {
		...examples(() => {
			const given = vector();
			return [given.square(), given, { mode: 'reverse' }];
		}),
		parts: ['vjp', 'jvp'],
	},
	jvp: examples(() => {
		const [y, given] = differentiated();
		return [y, [given], [[1, 2, 3]]];
	}),
	leakyRelu: examples(() => [x(), 0.5]),
	less: binary,
	lessEqual: binary,
	linspace: examples(() => [0, 1, 5, { dtype: 'f64' }]),
	logSigmoid: unary,
	logSoftmax: along,
	logSumExp: reduction(),
	logicalAnd: binary,
	logicalNot: unary,
	logicalOr: binary,
	logicalXor: binary,
	matmul: examples(
		() => [x(), vector()],
		() => [square(), x()],
	),
	max: reductionAlong('amax', 'argmax'),
	maxPool1d: pooling(1, { dilation: 1 }),
	maxPool1dWithIndices: pooling(1, { dilation: 1 }),
	maxPool2d: pooling(2, { dilation: [2, 1] }),
	maxPool2dWithIndices: pooling(2, { dilation: [2, 1] }),
	maxPool3d: pooling(3, { dilation: 1 }),
	maxPool3dWithIndices: pooling(3, { dilation: 1 }),
	maxUnpool1d: unpooling(1),
	maxUnpool2d: unpooling(2),
	maxUnpool3d: unpooling(3),
	mean: reduction(),
	min: reductionAlong('amin', 'argmin'),
	norm: examples(() => [x(), { axes: 1, order: 3, keepDims: true }]),
	normal: examples(() => [key(), [2], { mean: 1, std: 2, dtype: 'f64' }]),
	notEqual: binary,
	observing: {
		// What f returns is returned as it is.
		call: (observer, f) => {
			core.observing(observer as core.Observer, f as () => unknown); // as users may
		},
		...examples(() => [() => undefined, () => x()]),
	},
	oneHot: { ...examples(() => [indices(), 3, { dtype: 'i32' }]), parts: ['scatterAdd'] },
	ones: examples(() => [[2, 3], { dtype: 'u8' }]),
	onesLike: unary,
	outer: examples(() => [vector(), [1, 2]]),
	pad: examples(
		() => [
			x(),
			[
				[0, 1],
				[2, 0],
			],
			{ mode: 'constant', value: 3, interior: [0, 1] },
		],
		() => [x(), [[2, -1]], { mode: 'circular' }],
		() => [x(), [[1, 1]], { mode: 'reflect' }],
	),
	permutation: examples(() => [key(), 5]),
	permute: examples(() => [x(), [1, 0]]),
	pixelShuffle: examples(() => [core.zeros([4, 1, 2]), 2]),
	pixelUnshuffle: examples(() => [image(), 2]),
	printGraph: examples(
		() => [x().add(1)],
		() => [[x(), vector()]],
	),
	prod: reduction(),
	profile: {
		// What an engine measures is its own.
		call: (f, options, ...args) => {
			// Runs of which no number is given go on for about a second: one, where options are otherwise right.
			const given = isPlain(options) && !('runs' in options) ? { ...options, runs: 1 } : options;
			const profile = core.profile(f as (node: core.Node) => core.Node, given as object); // as users may
			profile(...(args as [core.Node])); // as users may
		},
		...examples(
			() => [mine((a: core.Node) => a.add(1)), { runs: 1, check: 'finite' }, x()],
			() => [mine((a: core.Node) => a.add(1)), { runs: 2, engine: anEngine() }, x()],
		),
		parts: ['compile'],
		milliseconds: 3000,
		errors: [core.NonFiniteError],
	},
	promote: examples(() => ['u8', 'f32']),
	randomBits: examples(() => [key(), [2]]),
	randomIntegers: examples(() => [key(), [2], { low: -3, high: 7 }]),
	randomKey: examples(() => [7]),
	ready: examples(
		() => [x(), variable([1, 2])],
		() => [],
	),
	reciprocal: unary,
	relu: unary,
	reshape: examples(
		() => [x(), [3, -1]],
		() => [x(), [6]],
	),
	rsqrt: unary,
	scaledDotProductAttention: examples(
		() => [x(), x(), square(), { mask: [[true, false]], causal: true, scale: 0.5 }],
		() => [x(), x(), square(), { mask: [[0.5, -1.5]] }],
	),
	scatterAdd: examples(
		() => [x(), indices(), { size: 4, axis: 0, batch: 0, fromEnd: false }],
		() => [x(), indices(), { size: 4 }],
	),
	showInConsole: examples(
		() => [Map],
		() => [],
	),
	sigmoid: unary,
	silu: unary,
	slice: examples(
		() => [x(), 1, [0, 2, 1]],
		() => [x(), null, [2, null, -1]],
	),
	softmax: along,
	softplus: unary,
	sort: along,
	split: examples(
		() => [x(), 3, 1],
		() => [x(), [1, 2], 1],
	),
	splitKey: examples(() => [key(), 3]),
	square: unary,
	squeeze: examples(
		() => [x().expandDims(0), 0],
		() => [x().reshape([1, 6, 1]), [0, 2]],
	),
	stack: examples(() => [[x(), x()], 1]),
	std: reduction(),
	step: unary,
	detach: unary,
	sub: { ...binary, parts: ['neg'] },
	substituting: {
		// What f returns is returned as it is.
		call: (values, f) => {
			core.substituting(values as Map<core.Variable, core.Operand>, f as () => unknown); // as users may
		},
		...examples(() => [new Map([[variable(1), 2]]), () => x()]),
	},
	sum: reduction(),
	take: { ...examples(() => [x(), indices(), 1]), parts: ['gather'] },
	takeAlongAxis: {
		...examples(() => [
			x(),
			[
				[0, 1],
				[1, 2],
			],
			1,
		]),
		parts: ['gather'],
	},
	tensor: {
		...examples(
			() => [[1, 2, 3, 4], { dtype: 'f64', shape: [2, 2] }],
			() => [Float32Array.of(1, 2), { dtype: 'u8' }],
		),
		parts: ['cast'],
	},
	topologicalOrder: examples(() => [[x().add(1)], () => false]),
	transpose: examples(() => [x(), 0, 1]),
	unfold: {
		...examples(
			() => [tallImage(), 2],
			() => [tallImage(), [2, 1], { stride: [1, 2], padding: 1, dilation: [2, 1] }],
		),
		parts: ['pad'],
	},
	uniform: examples(() => [key(), [2], { low: 1, high: 2, dtype: 'f64' }]),
	valueAndGrad: {
		call: (f, ...args) => {
			const of = core.valueAndGrad(f as (...nodes: core.Node[]) => core.Node);
			const { value, gradients } = of(...(args as core.Node[])); // as users may
			return [value, gradients];
		},
		...examples(() => [mine((a: core.Node) => a.square().sum()), vector()]),
		parts: ['grad'],
	},
	variable: {
		...examples(
			() => [[1, 2], { name: 'x', dtype: 'f64' }],
			() => [[1, 2], { dtype: 'i32' }],
		),
		parts: ['cast'],
	},
	variance: examples(() => [x(), 1, { keepDims: true, correction: 1 }]),
	vjp: examples(() => {
		const given = vector();
		return [given.square(), [1, 2, 3], [given]];
	}),
	vmap: {
		call: (f, options, ...args) =>
			core.vmap(
				f as (...nodes: core.Node[]) => core.Node,
				options as core.VmapOptions,
			)(...(args as core.Node[])), // as users may
		...examples(
			() => [mine((a: core.Node) => a.tanh()), { inAxes: [0], outAxes: 1 }, x()],
			() => [mine((a: core.Node) => [a.sum()]), { inAxes: 1, outAxes: [0] }, x()],
		),
	},
	wasmEngine: {
		call: (options) => core.wasmEngine(options as core.WasmEngineOptions)?.name, // as users may
		...examples(() => [{ threads: 1, relaxed: false, validate: true }]),
	},
	where: examples(() => [x().greater(2), x(), 0]),
	windows: examples(
		() => [tallImage(), 2],
		() => [tallImage(), [2, 1], { stride: [1, 2], dilation: 2 }],
	),
	zeros: examples(() => [[2, 3], { dtype: 'bool' }]),
	zerosLike: unary,
};

/** The methods of a class, called on the first argument. */
function methods(
	of: { readonly name: string; readonly prototype: object },
	rows: { readonly [name: string]: Row },
): [string, Subject][] {
	return Object.entries(rows).map(([name, row]) => [
		`${of.name}.${name}`,
		{
			...row,
			kept: 1,
			call: (self, ...rest) => loose(Reflect.get(self as object, name)).apply(self, rest),
		}, // kept
	]);
}

/** A method does what the function does, so that wrong arguments as a whole tell whether they arrive. */
function asMethod(name: string): Row {
	const row: Row = table[name as keyof typeof operations]; // a name of one of them
	return { ...row, examples: row.examples.slice(0, 1), whole: [1, 2, 3] };
}

const looks = examples(() => [tensor(2)]);
const cellLooks = examples(() => [variable(2)]);
const subjects = [
	...subjectsOf(core, table),
	...methods(core.Node, {
		...Object.fromEntries(Object.keys(operations).map((name) => [name, asMethod(name)])),
		toString: looks,
		item: looks,
		data: looks,
		view: looks,
		toArray: looks,
		toJSON: looks,
	}),
	...methods(core.Variable, {
		read: cellLooks,
		assign: examples(() => [variable([1, 2]), [3, 4]]),
		item: cellLooks,
		data: cellLooks,
		view: cellLooks,
		toArray: cellLooks,
		toJSON: cellLooks,
		toString: cellLooks,
	}),
];

everyExportIsAttacked(core, table, others);

test('every method is attacked', () => {
	const names = subjects.map(([name]) => name);
	for (const { name, prototype } of [core.Node, core.Variable])
		for (const method of Object.getOwnPropertyNames(prototype)) {
			const isOfBoth = Reflect.get(core.Node.prototype, method) === Reflect.get(prototype, method);
			const owner = isOfBoth ? 'Node' : name;
			if (method !== 'constructor') expect(names).toContain(`${owner}.${method}`);
		}
});

wrongArgumentsFail(subjects);
