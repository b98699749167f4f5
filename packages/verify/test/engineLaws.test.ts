import {
	apply,
	type Cell,
	type Data,
	type Engine,
	interpreter,
	Late,
	type Node,
	type PrimitiveName,
} from '@pullback/core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { perturbing } from '../src/generated/perturbed.ts';
import { engineLaws } from '../src/index.ts';
import { rewriting, sequential } from './faultyEngines.ts';

describe('the interpreter keeps the laws of engines', () => {
	for (const { title, check } of engineLaws({ newEngine: () => interpreter, runs: 8 }))
		test(title, check);
});

/** One that replaces what one primitive makes. */
function replacing(
	name: PrimitiveName,
	replacement: (node: Node, ...inputs: Node[]) => Node,
): Engine {
	return rewriting((node) =>
		node.primitive.name === name ? replacement(node, ...node.inputs) : node,
	);
}

/** The interpreter, with something done to the results of each run. */
function resulting(change: (data: Data) => Data): Engine {
	return {
		name: 'resulting',
		compile(graph) {
			const { run, free } = interpreter.compile(graph);
			return { free, run: (inputs) => run(inputs).map(change) };
		},
	};
}

/** Parameters of primitives, as faults look at them. */
function paramOf<Value>(node: Node, name: string): Value {
	return (node.params as Readonly<Record<string, Value>>)[name] as Value; // of a primitive that has it
}

/** An engine that runs its results and its updates as two programs. */
function inTwo(order: (outputs: () => Data[], updates: () => void) => Data[]): Engine {
	return {
		name: 'in two',
		compile(graph) {
			const outputs = interpreter.compile({ ...graph, updates: [] });
			const updates = interpreter.compile({ ...graph, outputs: [] });
			return {
				free: () => {},
				run: (inputs) =>
					order(
						() => outputs.run(inputs),
						() => updates.run(inputs),
					),
			};
		},
	};
}

let runsOfAll = 0;

/** A fault of the interpreter, and the law by whose title it is found. */
interface Fault {
	readonly fault: string;
	readonly law: string;
	/** Whether no other law finds it. */
	readonly isAlone?: boolean;
	newEngine(): Engine<Data | Late>;
}

const engineOf = (engine: Engine) => (): Engine => engine;

const titles = engineLaws({ newEngine: () => interpreter }).map(({ title }) => title);
const [random = '', hostile = '', model = ''] = titles;
/** The title of the law that has these words. */
const lawOf = (words: string): string => {
	const [found, ...more] = titles.filter((title) => title.includes(words));
	if (found === undefined || more.length > 0) throw new Error(`no one law is of '${words}'`);
	return found;
};

const faults: readonly Fault[] = [
	{
		fault: 'functions of single numbers have half as many digits',
		law: random,
		newEngine: engineOf(
			rewriting((node) =>
				node.dtype === 'f32' && ['sin', 'tanh', 'exp', 'erf'].includes(node.primitive.name)
					? node.mul(1 + 1e-4)
					: node,
			),
		),
	},
	{
		fault: 'products of products are larger by a thousandth',
		law: hostile,
		newEngine: engineOf(
			replacing('matmul', (node, x, y) =>
				[x, y].some((each) => each?.primitive.name === 'matmul')
					? node.mul(node.dtype === 'f64' || node.dtype === 'f32' ? 1.001 : 2).cast(node.dtype)
					: node,
			),
		),
	},
	{
		fault: 'quotients of single exponentials are larger by a thousandth',
		law: model,
		newEngine: engineOf(
			replacing('div', (node, x, y) =>
				x?.primitive.name === 'exp' && node.dtype === 'f32' && (y?.shape.length ?? 0) > 1
					? node.mul(1.001)
					: node,
			),
		),
	},
	{
		fault: 'NaN is 0',
		law: lawOf('NaN, infinities'),
		newEngine: engineOf(resulting((data) => data.map((x) => (Number.isNaN(x) ? 0 : x)))),
	},
	{
		fault: 'zeros have no sign',
		law: lawOf('NaN, infinities'),
		newEngine: engineOf(resulting((data) => data.map((x) => x + 0))),
	},
	{
		fault: 'inputs of one shape are remembered',
		law: lawOf('every run sees'),
		newEngine: engineOf({
			name: 'remembering',
			compile(graph) {
				const { run, free } = interpreter.compile(graph);
				let first: readonly Data[] | null = null;
				return {
					free,
					run(inputs) {
						first ??= inputs;
						return run(first);
					},
				};
			},
		}),
	},
	{
		fault: 'the results of a run lie where those of the one before lay',
		law: lawOf('every run sees'),
		newEngine: engineOf({
			name: 'overwriting',
			compile(graph) {
				const { run, free } = interpreter.compile(graph);
				let before: Data[] | null = null;
				return {
					free,
					run(inputs) {
						const results = run(inputs);
						before ??= results.map((data) => data.slice());
						for (const [i, data] of results.entries()) before[i]?.set(data);
						return before;
					},
				};
			},
		}),
	},
	{
		fault: 'of results that are one Node, the second is empty',
		law: lawOf('results may be inputs'),
		newEngine: engineOf({
			name: 'forgetting',
			compile(graph) {
				const { run, free } = interpreter.compile(graph);
				const isSecond = graph.outputs.map((node, i) => graph.outputs.indexOf(node) < i);
				return {
					free,
					run: (inputs) => run(inputs).map((data, i) => (isSecond[i] ? data.map(() => 0) : data)),
				};
			},
		}),
	},
	{
		fault: 'no run errs as the one before, each by as much as it may',
		law: lawOf('same bits again'),
		isAlone: true,
		newEngine: () => perturbing({ seed: ++runsOfAll, fused: false }),
	},
	{
		fault: 'what is freed takes its results along',
		law: lawOf('that is freed'),
		isAlone: true,
		newEngine: engineOf({
			name: 'freeing',
			compile(graph) {
				const { run, free } = interpreter.compile(graph);
				const all: Data[] = [];
				return {
					free() {
						for (const data of all) data.fill(0);
						free();
					},
					run(inputs) {
						const results = run(inputs).map((data) => data.slice());
						all.push(...results);
						return results;
					},
				};
			},
		}),
	},
	{
		fault: 'expm1 and sinh are differences of powers',
		law: lawOf('operations on elements are the interpreter’s, in every dtype'),
		newEngine: engineOf(
			rewriting((node) => {
				const [x] = node.inputs;
				if (x === undefined) return node;
				if (node.primitive.name === 'expm1') return x.exp().sub(1);
				return node.primitive.name === 'sinh' ? x.exp().sub(x.neg().exp()).div(2) : node;
			}),
		),
	},
	{
		fault: 'atan2 knows no quadrants',
		law: lawOf('operations on pairs'),
		isAlone: true,
		newEngine: engineOf(replacing('atan2', (_, x, y) => (x as Node).div(y as Node).atan())),
	},
	{
		fault: 'a byte that becomes a whole number keeps its sign bit',
		law: lawOf('two dtypes'),
		newEngine: engineOf(
			replacing('cast', (node, x) =>
				x?.dtype === 'u8' && node.dtype === 'i32'
					? node.sub(x.greater(127).cast('i32').mul(256))
					: node,
			),
		),
	},
	{
		fault: 'numbers that become bytes are rounded',
		law: lawOf('casts, one after another'),
		newEngine: engineOf(
			replacing('cast', (node, x) =>
				node.dtype === 'u8' && (x?.dtype === 'f32' || x?.dtype === 'f64')
					? apply(node.primitive, [x.round()], node.params)
					: node,
			),
		),
	},
	{
		fault: 'a product leaves out what is left of its inner axis beyond 32',
		law: lawOf('products of matrices'),
		newEngine: engineOf(
			replacing('matmul', (node, x, y) => {
				if (x === undefined || y === undefined || (x.shape.at(-1) ?? 0) <= 32) return node;
				const before = x.shape.slice(0, -1).map(() => null);
				const part = y.shape.slice(0, -2).map(() => null);
				return apply(
					node.primitive,
					[x.slice(...before, [0, 32]), y.slice(...part, [0, 32])],
					null,
				);
			}),
		),
	},
	{
		fault: 'of several largest the last one counts',
		law: lawOf('reductions along any axes'),
		newEngine: engineOf(
			replacing('argmax', (node, x) => {
				const axis = paramOf<number>(node, 'axis');
				const length = x?.shape[axis] ?? 1;
				return apply(node.primitive, [(x as Node).flip(axis)], node.params)
					.neg()
					.add(length - 1);
			}),
		),
	},
	{
		fault: 'what is padded within is 0',
		law: lawOf('rearranged'),
		isAlone: true,
		newEngine: engineOf(
			replacing('pad', (node, x) => {
				const interior = paramOf<readonly number[] | undefined>(node, 'interior');
				return interior?.some((each) => each > 0) && x !== undefined && !x.shape.includes(0)
					? node.mul(0).cast(node.dtype)
					: node;
			}),
		),
	},
	{
		fault: 'scattered values are larger by half',
		law: lawOf('gathered and scattered'),
		newEngine: engineOf(
			replacing('scatterAdd', (node, updates) =>
				apply(node.primitive, [(updates as Node).mul(1.5), node.inputs[1] as Node], node.params),
			),
		),
	},
	{
		fault: 'equals are sorted backwards',
		law: lawOf('what is sorted'),
		newEngine: engineOf(
			replacing('argsort', (node, x) => {
				const axis = paramOf<number>(node, 'axis');
				const length = x?.shape[axis] ?? 1;
				return apply(node.primitive, [(x as Node).flip(axis)], node.params)
					.neg()
					.add(length - 1);
			}),
		),
	},
	{
		fault: 'random bits below 0 are 0',
		law: lawOf('random numbers of a key'),
		isAlone: true,
		newEngine: engineOf(replacing('randomBits', (node) => node.mul(1).maximum(0))),
	},
	{
		fault: 'Variables are stored one after the other, each of what the one before holds by now',
		law: lawOf('assigned and swapped at random'),
		newEngine: engineOf(sequential),
	},
	{
		fault: 'what others assign to a Variable is not noticed',
		law: lawOf('take turns'),
		newEngine: engineOf(remembersCells()),
	},
	{
		fault: 'assignments are forgotten',
		law: lawOf('as without compiling'),
		newEngine: engineOf({
			name: 'forgetful',
			compile: (graph) => interpreter.compile({ ...graph, updates: [] }),
		}),
	},
	{
		fault: 'assignments are made before the run',
		law: lawOf('as without compiling'),
		newEngine: engineOf(
			inTwo((outputs, updates) => {
				updates();
				return outputs();
			}),
		),
	},
	{
		fault: 'indices out of range are the nearest ones',
		law: lawOf('refused in the words'),
		newEngine: engineOf(
			replacing('gather', (node, x, indices) => {
				const length = x?.shape[paramOf<number>(node, 'axis')] ?? 1;
				if (x === undefined || indices === undefined || length === 0) return node;
				const within =
					indices.dtype === 'u8' ? indices : indices.maximum(-length).minimum(length - 1);
				return apply(node.primitive, [x, within], node.params);
			}),
		),
	},
	{
		fault: 'a run that fails has changed its Variables',
		law: lawOf('fails changes no'),
		isAlone: true,
		newEngine: engineOf(
			inTwo((outputs, updates) => {
				try {
					return outputs();
				} finally {
					updates();
				}
			}),
		),
	},
];

/** An engine that takes a Variable for what it left there itself. */
function remembersCells(): Engine {
	const known = new Map<Cell, Data>();
	return {
		name: 'absent-minded',
		compile(graph) {
			const program = interpreter.compile(graph);
			return {
				free: () => program.free(),
				run(inputs) {
					for (const { cell } of graph.updates) {
						const own = known.get(cell);
						if (own !== undefined) cell.write(own);
					}
					const results = program.run(inputs);
					for (const { cell } of graph.updates) known.set(cell, cell.read());
					return results;
				},
			};
		},
	};
}

/** Titles of the laws that an engine breaks. */
async function brokenBy(
	newEngine: () => Engine<Data | Late>,
	among: readonly string[],
): Promise<string[]> {
	const broken: string[] = [];
	for (const { title, check } of engineLaws({ newEngine, runs: among.length > 1 ? 25 : 40 })) {
		if (!among.includes(title)) continue;
		try {
			await check();
		} catch {
			broken.push(title);
		}
	}
	return broken;
}

describe('what is broken', () => {
	// That is enough to know: what breaks it need not be shrunk. Of one seed, so that rare programs do not decide.
	const usual = fc.readConfigureGlobal();
	beforeEach(() => fc.configureGlobal({ ...usual, endOnFailure: true, seed: 22 }));
	afterEach(() => fc.configureGlobal(usual));

	test.each(faults.map((each) => [each.fault, each] as const))(
		'a fault breaks its law: %s',
		async (_, { law, isAlone = false, newEngine }) => {
			const broken = await brokenBy(newEngine, isAlone ? titles : [law]);
			expect(broken).toEqual([law]);
		},
	);

	test('each law is broken by a fault', () => {
		expect(new Set(faults.map(({ law }) => law))).toEqual(new Set(titles));
	});
});

test('an engine whose values come later keeps the laws, and errs by them', async () => {
	const later = (engine: Engine): Engine<Data | Late> => ({
		name: 'later',
		compile(graph) {
			const { run, free } = engine.compile(graph);
			return {
				free,
				run: (inputs) =>
					run(inputs.map((x) => (x instanceof Late ? (x.data as Data) : x))).map(
						(data) => new Late(() => Promise.resolve(data)),
					),
			};
		},
	});
	expect(await brokenBy(() => later(interpreter), titles)).toEqual([]);
	const faulty = replacing('neg', (node) => node.mul(2));
	const law = lawOf('operations on elements are');
	expect(await brokenBy(() => later(faulty), [law])).toEqual([law]);
});

test('a law may be skipped by its title, with a reason', () => {
	const all = engineLaws({ newEngine: () => interpreter });
	const [first] = all;
	const skip = { [first?.title ?? '']: 'for this test' };
	expect(engineLaws({ newEngine: () => interpreter, skip })).toHaveLength(all.length - 1);
	expect(() => engineLaws({ newEngine: () => interpreter, skip: { typo: 'none' } })).toThrow(
		"no law 'typo'",
	);
});
