import { expect, test } from 'vitest';
import {
	compile,
	compiler,
	concatenate,
	type Engine,
	explainPlan,
	gather,
	grad,
	interpreter,
	matmul,
	type Node,
	normal,
	type PlanExplanation,
	type PlanOptions,
	type Result,
	randomKey,
	type Shape,
	tensor,
	variable,
	vmap,
	wasmEngine,
	zeros,
} from '../src/index.ts';
import { printPlan } from '../src/lowering/ir/printPlan.ts';
import { inspected } from './inspected.ts';
import { planOf } from './plans.ts';

const engine = wasmEngine({ threads: 2 }) as Engine; // where these tests run there is WebAssembly

/** Explains a function for the WebAssembly engine. */
function explained(f: (...inputs: Node[]) => Result, ...inputs: readonly Node[]): PlanExplanation {
	return explainPlan(f, { engine })(...inputs);
}

/** Reasons in words, by the operation and the shape of the Node that is stored. */
function reasonsOf({ stored }: PlanExplanation): Record<string, readonly string[]> {
	return Object.fromEntries(
		stored.map(({ node, reasons }) => [`${node.operation} ${node.shape}`, reasons]),
	);
}

/** Why a Node of an operation is not computed in the kernel of what it reads. */
function refusalsOf({ refusals }: PlanExplanation, operation: string): string[] {
	return refusals
		.filter(({ node, reads }) => node.operation === operation && reads)
		.map(({ reason }) => reason);
}

/** A training step of two layers, and what it changes. */
function trainingStep() {
	const w1 = variable(normal(randomKey(1), [32, 16]), { name: 'w1' });
	const w2 = variable(normal(randomKey(2), [16, 4]), { name: 'w2' });
	const parameters = [w1, w2];
	const step = (x: Node, labels: Node): Node => {
		const scores = x.matmul(w1).tanh().matmul(w2).logSoftmax(-1);
		const loss = gather(scores, labels, { axis: 1, batch: 1, fromEnd: false }).mean().neg();
		const slopes = grad(loss, parameters);
		for (const [i, parameter] of parameters.entries())
			parameter.assign(parameter.read().sub((slopes[i] as Node).mul(0.1))); // one each
		return loss;
	};
	return { w1, parameters, step };
}

const batch = normal(randomKey(3), [24, 32]);
const labels = tensor(Int32Array.from({ length: 24 }, (_, i) => i % 4));

test('a training step: its kernels are those of its plan, and every buffer has a Node', () => {
	const { step } = trainingStep();
	const plan = explainPlan(step, { engine })(batch, labels);
	const printed = printPlan(planOf(step as (...inputs: Node[]) => Node, batch, labels));
	// Reductions are numbered within each kernel, and in the whole plan.
	const unnumbered = (text: string): string[] =>
		text
			.replaceAll(/\b(sum|max)\d+/g, '$1')
			.split('\n')
			.map((line) => line.trim())
			.filter((line) => !/^(phase|memory)/.test(line));
	expect(unnumbered(plan.kernels.map(({ text }) => text).join('\n'))).toEqual(unnumbered(printed));
	for (const { name, holds, nodes } of plan.buffers) {
		expect(nodes.length, name).toBeGreaterThan(0);
		expect(holds, name).not.toBe('');
	}
	for (const name of printed.match(/\bt\d+/g) ?? [])
		expect(plan.buffers.map((buffer) => buffer.name)).toContain(name);
});

test('every line of a step is told, and the operation whose derivative a Node is part of', () => {
	const { step } = trainingStep();
	const { kernels, stored } = explainPlan(step, { engine })(batch, labels);
	const lines = new Set(kernels.flatMap(({ sites }) => sites));
	expect(lines.size).toBeGreaterThanOrEqual(3);
	for (const line of lines) expect(line).toMatch(/explainPlan\.test\.ts:\d+:\d+$/);
	for (const { node } of stored) expect(node.site).toMatch(/explainPlan\.test\.ts:\d+:\d+$/);
	const products = stored.filter(({ node }) => node.operation === 'matmul');
	const derivatives = products.flatMap(({ node }) => node.derivativeOf ?? []);
	expect(products.length).toBe(5);
	expect(derivatives.length).toBe(3);
	for (const each of derivatives) expect(each).toMatch(/^matmul at .*explainPlan\.test\.ts:\d+/);
});

test('what is stored, and why, in words', () => {
	const w = variable(zeros([3]), { name: 'w' });
	const reasons = reasonsOf(
		explained(
			(x) => {
				const shared = (x as Node).tanh().exp();
				const product = matmul((x as Node).sub(3), zeros([8, 2]).add(x?.sum() as Node));
				w.assign(w.read().mul(2));
				return [shared.sum(0), shared.mul(2), product];
			},
			zeros([4, 8]),
		),
	);
	expect(reasons['exp 4,8']).toEqual([
		expect.stringMatching(/^several Nodes use it: .* about \d+ additions, more than 6$/),
	]);
	expect(reasons['matmul 4,2']).toEqual([
		'it has loops or an algorithm of its own, and cannot be part of an expression',
		'it is a result',
	]);
	expect(reasons['add 4,8']).toContainEqual(
		expect.stringMatching(/^matmul f32\[4, 2\] at .* reads it from memory$/),
	);
	expect(reasons['mul 3']).toEqual([
		'it is the next value of variable w, written over the old one',
	]);
});

test('what is broadcast, and what would be too large an expression, is stored', () => {
	expect(
		reasonsOf(
			explained(
				(x) =>
					zeros([5, 7])
						.add(x?.exp() as Node)
						.mul(2),
				zeros([7]),
			),
		)['exp 7'],
	).toEqual([expect.stringMatching(/^it is broadcast: each copy .* additions, more than 4$/)]);
	const long = explained(
		(x) => {
			let y = x as Node;
			for (let i = 0; i < 400; i++) y = y.add(i);
			return y;
		},
		zeros([7]),
	);
	expect(long.stored.flatMap(({ reasons }) => reasons)).toContainEqual(
		expect.stringMatching(
			/^as part of its users it would make an expression of \d+ Nodes, more than 300$/,
		),
	);
});

test.each<[string, string, (x: Node) => Result, Shape, RegExp]>([
	[
		'a reduction of all that rows share',
		'sum',
		(x) => [x.softmax(1), x.softmax(1).sum(0)],
		[40, 30],
		/neighbours in memory/,
	],
	[
		'a sort',
		'argsort',
		(x) => x.sum(1, { keepDims: true }).mul(x).argsort(),
		[4, 8],
		/algorithm of its own/,
	],
	['parts', 'concatenate', (x) => concatenate([x.sum(1), x.sum(1)], 0), [4, 8], /written in parts/],
	['a reshape', 'exp', (x) => [x.cumsum(1).reshape([8, 4]).exp()], [4, 8], /algorithm of its own/],
	[
		'other rows',
		'matmul',
		(x) => matmul(x.transpose(), x.matmul(zeros([8, 3]))),
		[4, 8],
		/leading axes differ/,
	],
	[
		'a right operand',
		'matmul',
		(x) => matmul(x, matmul(x, x)),
		[8, 8],
		/needs all of its right operand/,
	],
	[
		'a long row',
		'exp',
		(x) => x.mul(x.reshape([5000]).sum()).exp(),
		[5000],
		/one long row, which threads cannot share/,
	],
	[
		'a row that needs others',
		'sum',
		(x) => x.sum(1, { keepDims: true }).exp().flip([0]).mul(x).sum(1),
		[64, 64],
		/needs other rows/,
	],
])('why nothing is fused with %s', (_, operation, f, shape, reason) => {
	const plan = explained((x) => f(x as Node), zeros(shape));
	expect(refusalsOf(plan, operation)).toContainEqual(expect.stringMatching(reason));
});

test('memory, cost and chunks are those of the plan', () => {
	const { step } = trainingStep();
	const { memory, buffers, cost, kernels } = explainPlan(step, { engine })(batch, labels);
	const plan = planOf(step as (...inputs: Node[]) => Node, batch, labels);
	const bytes = (role: string): number =>
		buffers.filter((each) => each.role === role).reduce((sum, each) => sum + each.bytes, 0);
	expect(memory.temporaries).toBe(plan.size);
	expect(memory.inputs).toBe(bytes('input'));
	expect(memory.variables).toBe(bytes('variable'));
	expect(memory.constants).toBe(bytes('constant'));
	expect(cost).toBe(kernels.reduce((sum, each) => sum + each.cost, 0));
	for (const { chunks } of kernels) expect(chunks).toBeGreaterThan(0);
});

test('a product and its addition are two operations, and each element is read once', () => {
	const [n, k, m] = [30, 50, 70];
	const { kernels } = explained(
		(x, y) => matmul(x as Node, y as Node),
		zeros([n, k]),
		zeros([k, m]),
	);
	const product = kernels.find(({ text }) => text.includes(' by '));
	expect(product?.operations).toBe(2 * n * k * m);
	const [sum] = explained((x) => x?.add(1).mul(2), zeros([n, k])).kernels;
	expect([sum?.operations, sum?.bytes]).toEqual([2 * n * k, 2 * 4 * n * k]);
});

test('threads are told as they will be, with the reason', () => {
	const product = (x: Node): Node => matmul(x, x);
	const plan = (size: number, options: PlanOptions) =>
		explainPlan(product, options)(zeros([size, size])).threads;
	expect(plan(300, { engine }).count).toBe(2);
	expect(plan(300, { engine }).reason).toMatch(/^as a run costs more than 150,000; /);
	expect(plan(4, { engine })).toEqual({ count: 1, reason: expect.stringMatching(/over before/) });
	const alone = wasmEngine({ threads: 1 }) as Engine; // as above
	expect(plan(300, { engine: alone }).count).toBe(1);
	expect(plan(300, { engine: interpreter }).count).toBe(1);
});

test('explaining changes no Variable, computes no input, and leaves the program as it is', () => {
	const { w1, step } = trainingStep();
	const before = String(w1.data());
	const seen = batch.add(0);
	explainPlan(step, { engine })(seen, labels);
	expect(seen.value).toBeNull();
	expect(String(w1.data())).toBe(before);
	const other = trainingStep();
	const [explainedFirst, not] = [step, other.step].map((f) =>
		compiler(engine)(f)(batch, labels).item(),
	);
	expect(explainedFirst).toBe(not);
	expect(String(w1.data())).toBe(String(other.w1.data()));
});

test('checks are part of what is explained', () => {
	const f = (x: Node): Node => x.mul(2);
	const checks = (options: PlanOptions): number =>
		explainPlan(f, options)(zeros([3])).kernels.filter(({ text }) => text.startsWith('check'))
			.length;
	expect(checks({ engine })).toBe(0);
	expect(checks({ engine, check: 'finite' })).toBe(1);
});

test('consoles show the text, in which lines are named without the folder they share', () => {
	const plan = explained((x) => x?.exp().sum(), zeros([3]));
	const text = String(plan);
	expect(inspected(plan)).toBe(text);
	expect(text).toMatch(/sum f32\[\] at explainPlan\.test\.ts:\d+:\d+/);
	expect(text).toMatch(/\nlines are those of files in .*test\/$/);
});

test('the interpreter says what it does with each Node', () => {
	const plan = explainPlan((x: Node) => x.exp().sum(), { engine: interpreter })(zeros([3]));
	expect(plan.kernels.map(({ text }) => text)).toEqual(['t1 = exp input0', 't2 = sum t1']);
	expect(plan.memory.temporaries).toBe(16);
});

test('an engine that cannot tell is refused, and so is a call while another function is recorded', () => {
	const silent: Engine = { name: 'silent', compile: interpreter.compile };
	expect(() => explainPlan((x: Node) => x, { engine: silent })).toThrow(
		/^explainPlan: the engine has no method explain/,
	);
	const within = (x: Node): Node => {
		explainPlan((y: Node) => y)(x);
		return x;
	};
	expect(() => compile(within)(zeros([2]))).toThrow(/^explainPlan: called while another function/);
	expect(() => vmap(within)(zeros([2, 2]))).toThrow(/^explainPlan: called while another function/);
});

test('a reshape that splits axes is a view: of what is computed it stores nothing, of what is stored it is that memory', () => {
	const x = zeros([6, 8]);
	const through = explained((x) => x.exp().reshape([2, 3, 4, 2]).tanh(), x);
	expect(Object.keys(reasonsOf(through))).toEqual(['tanh 2,3,4,2']);
	const summed = explained((x) => x.exp().reshape([6, 2, 4]).sum(1), x);
	expect(Object.keys(reasonsOf(summed))).toEqual(['sum 6,4']);
	const shared = explained((x) => {
		const sums = x.cumsum(1);
		return [sums, sums.reshape([6, 2, 4]), sums.reshape([2, 3, 8])];
	}, x);
	expect(Object.keys(reasonsOf(shared))).toEqual(['cumsum 6,8']);
});

test('a reshape that merges axes is of what is stored', () => {
	const merged = explained((x) => x.exp().transpose().reshape([48]).tanh(), zeros([6, 8]));
	expect(Object.keys(reasonsOf(merged))).toEqual(['permute 8,6', 'tanh 48']);
});

test('what is computed of windows of a constant is not stored for every window', () => {
	const constant = normal(randomKey(3), [64]);
	const { memory } = explained((x) => constant.windows(32).exp().mul(x), zeros([32, 33]));
	expect(memory.constants).toBeLessThan(2 * 64 * 4);
});

test('windows are a view: what is computed of them reads the image', () => {
	const image = zeros([2, 9, 9]);
	const squares = explained((x) => x.windows([3, 3]).square().sum([1, 2]), image);
	expect(Object.keys(reasonsOf(squares))).toEqual(['sum 2,7,7']);
	const largest = explained((x) => x.windows([3, 3], { stride: 2 }).amax([1, 2]), image);
	expect(Object.keys(reasonsOf(largest))).toEqual(['maximum 2,4,4']);
});

test.each<[string, (x: Node) => Node]>([
	['a sort', (x) => x.sort(-1)],
	['sums of a scatter', (x) => gather(x, [0, 2, 0]).sum()],
	['a convolution', (x) => x.conv1d(normal(randomKey(4), [3, 8, 5]))],
	['a product', (x) => x.matmul(x.transpose())],
])('room that the kernels of %s and its gradient take besides is told, too', (_, f) => {
	const x = normal(randomKey(5), [8, 40]);
	const { buffers } = explained((x) => grad(f(x).square().sum(), [x]), x);
	for (const { name, holds, nodes } of buffers) {
		expect(nodes, name).not.toEqual([]);
		expect(holds, name).not.toBe('');
	}
});
