import * as core from '@pullback/core';
import {
	apply,
	type Engine,
	interpreter,
	type Node,
	tensor,
	topologicalOrder,
} from '@pullback/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { perturbing } from '../src/generated/perturbed.ts';
import { disagreement, searchDifferences } from '../src/generated/search.ts';
import {
	type GeneratedProgram,
	histories,
	hostilePrograms,
	models,
	outcomeOf,
	type Result,
	type Runnable,
} from '../src/index.ts';
import { rewriting, sequential } from './faultyEngines.ts';

/** A quarter of the runs of other properties: each takes several of its engines' runs. */
const few = { numRuns: Math.ceil((fc.readConfigureGlobal().numRuns ?? 100) / 4) };

const sample = fc.sample(hostilePrograms(), { numRuns: 400, seed: 1 });
const graphs = sample.map((program) => program.graph());
const nodes = graphs.flatMap((outputs) => topologicalOrder(outputs));

describe('hostile programs', () => {
	test('are of every dtype, of scalars, of axes of length 0 and 1, and around the blocks of engines', () => {
		expect(new Set(nodes.map(({ dtype }) => dtype))).toEqual(new Set(core.dtypes));
		const lengths = new Set(nodes.flatMap(({ shape }) => shape));
		for (const length of [0, 1, 3, 4, 5, 7, 8, 9, 31, 32, 33, 63, 64, 65, 256, 4096])
			expect(lengths).toContain(length);
		expect(nodes.some(({ shape }) => shape.length === 0)).toBe(true);
		expect(nodes.some(({ shape }) => shape.length > 3)).toBe(true);
	});

	test('return inputs, one Node twice, and several results', () => {
		const isInput = ({ primitive }: Node): boolean => primitive.name === 'constant';
		expect(graphs.some((outputs) => outputs.some(isInput))).toBe(true);
		expect(graphs.some((outputs) => new Set(outputs).size < outputs.length)).toBe(true);
		expect(graphs.some((outputs) => outputs.length > 3)).toBe(true);
	});

	test.each([
		['gathers of gathers', 'gather', 'gather'],
		['gathers of copies', 'gather', 'broadcast'],
		['sums of sums', 'sum', 'sum'],
		['sums of largest', 'sum', 'max'],
		['slices of pads', 'slice', 'pad'],
		['pads of flips', 'pad', 'flip'],
		['scatters of products', 'scatterAdd', 'mul'],
		['products of products', 'matmul', 'matmul'],
	])('hold %s', (_, user, used) => {
		const near = nodes.filter(
			({ primitive, inputs }) =>
				primitive.name === user && within(inputs, 2).some((each) => each.primitive.name === used),
		);
		expect(near).not.toEqual([]);
	});

	test('read a value as it lies and in another way, and add both', () => {
		const read = (user: Node, t: Node): boolean =>
			user.inputs.includes(t) &&
			user.inputs.some((other) => other !== t && within([other], 4).includes(t));
		const residuals = nodes.filter(
			(node) => node.primitive.name === 'add' && node.inputs.some((t) => read(node, t)),
		);
		expect(residuals.length).toBeGreaterThan(50);
	});

	test('shrink to few lines', () => {
		const { counterexample } = fc.check(
			fc.property(hostilePrograms(), (program) =>
				topologicalOrder(program.graph()).every(
					({ primitive, inputs: [x] }) =>
						primitive.name !== 'gather' || x?.primitive.name !== 'gather',
				),
			),
			{ seed: 5, numRuns: 2000 },
		);
		const code = String(counterexample?.[0]);
		expect(code.match(/const v/g)?.length ?? 0).toBeLessThanOrEqual(2);
	});
});

/** These Nodes and those that they are made of, up to some steps away. */
function within(from: readonly Node[], steps: number): Node[] {
	const all = new Set(from);
	for (let step = 0; step < steps; step++)
		for (const node of [...all]) for (const input of node.inputs) all.add(input);
	return [...all];
}

const names = Object.keys(core).join(', ');

test.each<[string, fc.Arbitrary<GeneratedProgram>]>([
	['a hostile program', hostilePrograms()],
	['a model', models()],
])('the code of %s computes what the program does', (_, drawn) => {
	fc.assert(
		fc.property(drawn, (program) => {
			// On the same engine: outside of compiled functions, large ones may be computed by another, rounded otherwise.
			const body = `const { ${names} } = core; ${program}; return compiler(interpreter)(f)(...inputs);`;
			const values = new Function('core', body)(core) as Node[]; // what f returns
			const expected = outcomeOf(program, interpreter);
			for (const [i, node] of values.entries()) {
				expect(node.shape).toEqual(expected[i]?.shape);
				expect(node.data()).toEqual(expected[i]?.data);
			}
		}),
		few,
	);
});

test('the code of a use of Variables leaves in them what the history does', () => {
	fc.assert(
		fc.property(histories(), (history) => {
			const variables = String(history).match(/^const w\d+/gm)?.length ?? 0;
			const results = Array.from({ length: variables }, (_, i) => `w${i}.read()`);
			const body = `const { ${names} } = core; const compilers = [0, 1].map(() => compiler(interpreter)); ${history}; return [${results}];`;
			const values = new Function('core', body)(core) as Node[]; // as many as there are Variables
			const expected = outcomeOf(history, interpreter).slice(-variables);
			for (const [i, node] of values.entries()) expect(node.data()).toEqual(expected[i]?.data);
		}),
		few,
	);
});

/** Faults that engines have had, and the like. */
const faulty: readonly [string, Engine, fc.Arbitrary<Runnable>][] = [
	[
		'a gather of a gather of one element picks by its own index',
		rewriting((node) => {
			const [x, indices] = node.inputs;
			const [source] = x?.inputs ?? [];
			const nested = node.primitive.name === 'gather' && x?.primitive.name === 'gather';
			if (!nested || source === undefined || indices === undefined) return node;
			const { axis, batch } = node.params as { readonly axis: number; readonly batch: number }; // of a gather
			if (batch > 0) return node;
			const sameAxis = (x.params as { readonly axis: number }).axis === axis; // of a gather
			if (x.shape[axis] !== 1 || !sameAxis || x.shape.length !== source.shape.length) return node;
			return apply(node.primitive, [source, indices], node.params);
		}),
		hostilePrograms(),
	],
	[
		'a value is lost once a product of it has been stored',
		rewriting(lostAfter('matmul')),
		hostilePrograms(),
	],
	[
		'a model loses a value once a product of it has been stored',
		rewriting(lostAfter('matmul')),
		models(),
	],
	[
		'Variables are stored one after the other, each of what the one before holds by now',
		sequential,
		histories(),
	],
];

/** Adds to the result of an operation itself, instead of what it was made of. */
function lostAfter(operation: string): (node: Node) => Node {
	return (node) => {
		const [x, y] = node.inputs;
		if (node.primitive.name !== 'add' || x === undefined || y === undefined) return node;
		const stored = [x, y].find(({ primitive }) => primitive.name === operation);
		const other = stored === x ? y : x;
		return stored?.inputs.includes(other) ? apply(node.primitive, [stored, stored], null) : node;
	};
}

test.each(faulty)('an engine is found out within 2,000 programs: %s', (_, engine, drawn) => {
	const { failed } = fc.check(
		fc.property(drawn, (program) => disagreement(program, new Map([['faulty', engine]])) === null),
		{ numRuns: 2000, endOnFailure: true },
	);
	expect(failed).toBe(true);
});

test.each<[string, fc.Arbitrary<Runnable>]>([
	['hostile programs', hostilePrograms()],
	['models', models()],
	['uses of Variables', histories()],
])('an engine that errs by no more than it may is not called wrong: %s', (_, drawn) => {
	fc.assert(
		fc.property(drawn, fc.integer({ min: 1, max: 1e9 }), (program, seed) => {
			const engine = perturbing({ seed, fused: false });
			expect(disagreement(program, new Map([['perturbing', engine]]))).toBe(null);
		}),
		few,
	);
});

/** Tensors by name, as generated programs leave them. */
function resultsOf(nodes: readonly Node[]): Result[] {
	return nodes.map((node, i) => {
		const { dtype, shape } = node;
		return { name: `output ${i}`, dtype, shape, data: node.data() };
	});
}

test.each<[string, Runnable]>([
	[
		'a product whose sums overflow on the way, where products are single',
		{
			outcome(compile = core.compiler(interpreter)) {
				const x = tensor([2 ** 127, 2 ** 127]);
				return resultsOf([compile((a: Node) => core.matmul(a, a.mul([1, -1])))(x)]);
			},
		},
	],
	[
		'two functions of which one makes good what the other errs by',
		{
			outcome(compile = core.compiler(interpreter)) {
				const w = core.variable(-0.125);
				const f = compile((x: Node) => w.read().mul(x).tanh());
				const assigning = compile((x: Node) => {
					const y = w.read().mul(x).tanh();
					w.assign(y);
					return y;
				});
				const x = tensor(-0.25);
				return resultsOf([assigning(x), f(x), assigning(x), f(x)]);
			},
		},
	],
])('an engine that errs by no more than it may is not called wrong: %s', (_, program) => {
	const engine = core.wasmEngine({ threads: 1 });
	if (engine === null) throw new Error('this test needs WebAssembly with vectors');
	expect(disagreement(program, new Map([['wasm', engine]]))).toBe(null);
});

test('a search draws from every generator, and says what it found', async () => {
	const engines = new Map([['interpreter', interpreter]]);
	let rounds = 0;
	const drawn = new Set<string>();
	for await (const round of searchDifferences({
		engines,
		seed: 1,
		programs: 1,
		goesOn: () => rounds < 4,
	})) {
		rounds++;
		drawn.add(round.generator);
		expect(round).toMatchObject({ programs: 1, found: null });
	}
	expect(drawn.size).toBe(4);
	const wrong = rewriting((node) =>
		node.primitive.name === 'add' ? (node.inputs[0] as Node) : node,
	);
	const search = searchDifferences({
		engines: new Map([['wrong', wrong]]),
		seed: 6, // what it finds shrinks in a second; of seed 1 it takes ten
		programs: 200,
		goesOn: () => true,
	});
	const { value } = await search.next();
	expect(value?.found?.what).toMatch(/^wrong: /);
	expect(value?.found?.program).toContain('const f = ');
	await search.return(undefined);
});
