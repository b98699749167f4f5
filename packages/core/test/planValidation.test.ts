import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatenate, grad, matmul, type Node, softmax, tensor, variable } from '../src/index.ts';
import type { Affine, Expression, Load } from '../src/lowering/ir/expression.ts';
import {
	type Convolution,
	type Kernel,
	type RowKernel,
	type Stage,
	stageOf,
} from '../src/lowering/ir/kernel.ts';
import type { Plan } from '../src/lowering/ir/plan.ts';
import { validatePlan } from '../src/lowering/validation/validatePlan.ts';
import { filled } from './compiled.ts';
import { planOf, runPlan } from './plans.ts';

// That the plans of all functions are valid is checked whenever a test compiles one; here, that plans with a fault are not.

const state = variable([1, 2, 3], { name: 'state' });

/** Functions whose plans differ, with inputs. */
const functions = {
	residual: {
		f: (a: Node, x: Node) => {
			const t = x.tanh();
			return matmul(a, t).add(t);
		},
		inputs: [filled([40, 40], 'f32', 1), filled([40, 40], 'f32', 2)],
	},
	flippedSoftmax: {
		f: (x: Node) => softmax(x, -1).flip([1]).tanh(),
		inputs: [filled([6, 9], 'f32', 3)],
	},
	joined: {
		f: (x: Node, i: Node) => concatenate([x.tanh().take(i), x]).sort(),
		inputs: [filled([6], 'f32', 4), tensor([1, 2], { dtype: 'i32' })],
	},
	sortedOften: {
		f: (x: Node) => {
			const a = x.sort();
			return a.flip().sort().flip().sort().add(a);
		},
		inputs: [filled([4, 5], 'f64', 5)],
	},
	slope: {
		f: (x: Node, y: Node) => grad(matmul(x, y.sin()).relu().square().sum(), [x, y]),
		inputs: [filled([9, 7], 'f32', 6), filled([7, 10], 'f32', 7)],
	},
	rectified: {
		f: (x: Node, w: Node) => x.conv2d(w).relu(),
		inputs: [filled([33, 2, 9, 9], 'f32', 8), filled([3, 2, 2, 2], 'f32', 9)],
	},
	changing: {
		f: (i: Node) => {
			const y = state.read().tanh();
			state.assign(y.mul(state));
			return y.take(i);
		},
		inputs: [tensor([1, 2], { dtype: 'i32' })],
	},
} as const;

type Name = keyof typeof functions;

function planOfNamed(name: Name): Plan {
	const { f, inputs } = functions[name];
	return planOf(f as (...nodes: Node[]) => Node, ...inputs); // as many as it takes
}

/** The temporary buffer of that number. */
function temporary(plan: Plan, id: number) {
	const found = [...plan.offsets.keys()].find((buffer) => buffer.id === id);
	if (found === undefined) throw new Error(`no buffer ${id}`);
	return found;
}

/** The plan with one buffer at the offset of another. */
function placedOver(plan: Plan, id: number, other: number): Plan {
	const offset = plan.offsets.get(temporary(plan, other)) ?? 0;
	return { ...plan, offsets: new Map(plan.offsets).set(temporary(plan, id), offset) };
}

/** The plan with its kernels changed; those of which nothing is left are gone. */
function withKernels(plan: Plan, change: (kernel: Kernel) => Kernel | null): Plan {
	return {
		...plan,
		phases: plan.phases.map((kernels) => kernels.flatMap((kernel) => change(kernel) ?? [])),
	};
}

function withRows(plan: Plan, change: (kernel: RowKernel) => RowKernel | null): Plan {
	return withKernels(plan, (kernel) => (kernel.kind === 'rows' ? change(kernel) : kernel));
}

function withStages(plan: Plan, change: (stages: readonly Stage[]) => readonly Stage[]): Plan {
	return withRows(plan, (kernel) => ({
		...kernel,
		segments: kernel.segments.map((segment) =>
			segment.kind === 'loops' ? { ...segment, stages: change(segment.stages) } : segment,
		),
	}));
}

function withPicks(plan: Plan, change: (pick: NonNullable<Load['pick']>) => Load['pick']): Plan {
	const changed = (value: Expression): Expression =>
		value.kind === 'load' && value.pick !== null ? { ...value, pick: change(value.pick) } : value;
	return withStages(plan, (stages) =>
		stages.map(({ inner, reductions, stores }) =>
			stageOf(
				inner,
				reductions,
				stores.map((store) => ({ ...store, value: changed(store.value) })),
			),
		),
	);
}

function withStores(plan: Plan, change: (at: Affine) => Affine): Plan {
	return withStages(plan, (stages) =>
		stages.map((stage) => ({
			...stage,
			stores: stage.stores.map((store) => ({ ...store, at: change(store.at) })),
		})),
	);
}

function withConvolution(plan: Plan, change: (convolution: Convolution) => Convolution): Plan {
	return withRows(plan, (kernel) => ({
		...kernel,
		segments: kernel.segments.map((segment) =>
			segment.kind === 'convolution' ? change(segment) : segment,
		),
	}));
}

/** Whether a kernel stores to a Variable. */
function changes(kernel: Kernel): boolean {
	return (
		kernel.kind === 'rows' &&
		kernel.segments.some(
			(segment) =>
				segment.kind === 'loops' &&
				segment.stages.some(({ stores }) =>
					stores.some(({ buffer }) => buffer.role === 'variable'),
				),
		)
	);
}

const faults: readonly (readonly [
	fault: string,
	of: Name,
	change: (plan: Plan) => Plan,
	why: RegExp,
])[] = [
	[
		'a value over one that other rows still read',
		'residual',
		(plan) => placedOver(plan, 4, 1),
		/t1 is read .* by another row/,
	],
	[
		'a value over one that the row reads in another order',
		'flippedSoftmax',
		(plan) => placedOver(plan, 2, 1),
		/t1 is read .* at other positions/,
	],
	[
		'a value over one that a kernel of the same phase writes',
		'joined',
		(plan) => placedOver(plan, 2, 3),
		/overlap in kernels of one phase/,
	],
	[
		'a sort in the place of what it sorts',
		'joined',
		(plan) => placedOver(plan, 4, 3),
		/t3 is read .* at other positions/,
	],
	[
		'a value over one that is needed later',
		'sortedOften',
		(plan) => placedOver(plan, 4, 0),
		/not all of t0/,
	],
	[
		'a part that is not written',
		'joined',
		(plan) => ({ ...plan, phases: plan.phases.toSpliced(1, 1) }),
		/not all of t3/,
	],
	[
		'phases in another order',
		'joined',
		(plan) => ({ ...plan, phases: plan.phases.toReversed() }),
		/not all of t3/,
	],
	[
		'two phases as one',
		'joined',
		({ phases: [first = [], second = [], ...rest], ...plan }) => ({
			...plan,
			phases: [[...first, ...second], ...rest],
		}),
		/not all of t2/,
	],
	[
		'one more row',
		'residual',
		(plan) => withRows(plan, (kernel) => ({ ...kernel, rows: kernel.rows.map((n) => n + 1) })),
		/elements 0 to 1639 of input2, which has 1600, are read/,
	],
	[
		'a store that begins one element later',
		'flippedSoftmax',
		(plan) => withStores(plan, ({ offset, strides }) => ({ offset: offset + 1, strides })),
		/elements 1 to 54 of t1, which has 54, are stored/,
	],
	[
		'a store that does not move',
		'sortedOften',
		(plan) => withStores(plan, ({ offset }) => ({ offset, strides: [] })),
		/an element of t3 is stored several times/,
	],
	[
		'a memory that ends within the last vector',
		'residual',
		(plan) => ({ ...plan, size: (plan.offsets.get(temporary(plan, 3)) ?? 0) + 6408 }),
		/last element of t3, or a vector from there on, is out of memory/,
	],
	[
		'a memory that ends before a buffer does',
		'sortedOften',
		(plan) => ({ ...plan, size: (plan.offsets.get(temporary(plan, 9)) ?? 0) + 100 }),
		/out of memory/,
	],
	[
		'an index that nothing bounds',
		'joined',
		(plan) =>
			withPicks(plan, ({ index, stride }) => ({
				index: index.kind === 'apply' ? (index.inputs[0] as Expression) : index,
				stride,
			})),
		/nothing bounds the index/,
	],
	[
		'an index with too long a stride',
		'changing',
		(plan) => withPicks(plan, ({ index, stride }) => ({ index, stride: 2 * stride })),
		/elements 0 to 4 of t2, which has 3, are read/,
	],
	[
		'stages in another order',
		'flippedSoftmax',
		(plan) => withStages(plan, (stages) => stages.toReversed()),
		/before it is over/,
	],
	[
		'a product after what reads it',
		'residual',
		(plan) => withRows(plan, (kernel) => ({ ...kernel, segments: kernel.segments.toReversed() })),
		/t3 is read .* not before/,
	],
	[
		'a Variable that changes before a check',
		'changing',
		(plan) => ({ ...plan, phases: plan.phases.toReversed() }),
		/before the check|not all of t/,
	],
	[
		'a Variable that changes in the phase of a check',
		'changing',
		(plan) => {
			const moved = plan.phases.flat().filter(changes);
			const [first = [], ...rest] = withKernels(plan, (kernel) =>
				changes(kernel) ? null : kernel,
			).phases;
			return { ...plan, phases: [[...first, ...moved], ...rest] };
		},
		/variable1 changes in phase 0, before the check of 0|not all of t3/,
	],
	[
		'a Variable that changes and should not',
		'changing',
		(plan) => ({ ...plan, updates: [] }),
		/variable1 is stored, and does not change/,
	],
	[
		'a Variable that does not change and should',
		'changing',
		(plan) => withKernels(plan, (kernel) => (changes(kernel) ? null : kernel)),
		/not all of variable1 lies there at the end/,
	],
	[
		'an input that is stored',
		'flippedSoftmax',
		(plan) =>
			withStages(plan, (stages) =>
				stages.map((stage) => ({
					...stage,
					stores: stage.stores.map((store) => ({
						...store,
						buffer: plan.inputs[0]?.buffer ?? store.buffer,
					})),
				})),
			),
		/input0/,
	],
	[
		'a convolution after what reads it',
		'rectified',
		(plan) => withRows(plan, (kernel) => ({ ...kernel, segments: kernel.segments.toReversed() })),
		/a convolution comes after something else/,
	],
	[
		'a convolution in scratch memory that is its output',
		'rectified',
		(plan) => withConvolution(plan, (each) => ({ ...each, scratch: each.output })),
		/is scratch memory/,
	],
	[
		'a convolution of other images than its rows',
		'rectified',
		(plan) => withConvolution(plan, (each) => ({ ...each, batch: [1, ...each.batch] })),
		/convolutions in rows/,
	],
	[
		'a convolution of images that reach beyond their buffer',
		'rectified',
		(plan) =>
			withConvolution(plan, ({ right, ...each }) => ({
				...each,
				right: { ...right, at: { ...right.at, offset: right.at.offset + 1 } },
			})),
		/are read/,
	],
	[
		'panels of another size',
		'slope',
		(plan) =>
			withKernels(plan, (kernel) =>
				kernel.kind === 'pack' ? { ...kernel, inner: kernel.inner + 4 } : kernel,
			),
		/elements of panels/,
	],
];

describe('a plan with a fault is refused, in words that name the buffers', () => {
	test.each(faults)('%s', (_, name, change, why) => {
		const plan = planOfNamed(name);
		expect(() => validatePlan(plan)).not.toThrow();
		expect(() => validatePlan(change(plan))).toThrow(/^internal: invalid plan: /);
		expect(() => validatePlan(change(plan))).toThrow(why);
	});
});

describe('wherever buffers are put, what is found valid computes what the plan does', () => {
	test.each(Object.keys(functions) as Name[])('%s', (name) => {
		const plan = planOfNamed(name);
		const inputs = functions[name].inputs.map((node) => node.view());
		const expected = runPlan(plan, inputs);
		const buffers = [...plan.offsets.keys()];
		const places = fc.array(fc.nat(plan.size / 64), {
			minLength: buffers.length,
			maxLength: buffers.length,
		});
		fc.assert(
			fc.property(places, fc.subarray(buffers), (offsets, moved) => {
				const placed: Plan = {
					...plan,
					offsets: new Map(
						buffers.map((buffer, i) => [
							buffer,
							moved.includes(buffer) ? 64 * (offsets[i] ?? 0) : (plan.offsets.get(buffer) ?? 0),
						]),
					),
				};
				try {
					validatePlan(placed);
				} catch {
					return;
				}
				expect(runPlan(placed, inputs)).toEqual(expected);
			}),
		);
	});
});
