import { expect, test } from 'vitest';
import { compiler, gather, type Node } from '../src/index.ts';
import type { Kernel } from '../src/lowering/ir/kernel.ts';
import type { Plan } from '../src/lowering/ir/plan.ts';
import { printPlan } from '../src/lowering/ir/printPlan.ts';
import { tensor, zeros } from '../src/ops/creation.ts';
import { normal, randomKey, uniform } from '../src/ops/random.ts';
import { type Variable, variable } from '../src/program/variable.ts';
import { grad } from '../src/transforms/grad.ts';
import { newAwakeEngine, newWasmEngine } from './compiled.ts';
import { planOf } from './plans.ts';

const [inputs, hidden, classes, batch] = [784, 50, 10, 100];

/** The book's two-layer net and its training step by gradient descent. */
function net(): {
	parameters: readonly Variable[];
	step: (x: Node, labels: Node) => Node;
} {
	const weight = (seed: number, shape: readonly number[]): Variable =>
		variable(normal(randomKey(seed), shape, { std: 0.01 }), { name: `weight${seed}` });
	const parameters = [
		weight(1, [inputs, hidden]),
		variable(zeros([hidden]), { name: 'bias1' }),
		weight(2, [hidden, classes]),
		variable(zeros([classes]), { name: 'bias2' }),
	] as const;
	const [w1, b1, w2, b2] = parameters;
	const step = (x: Node, labels: Node): Node => {
		const scores = x.matmul(w1).add(b1).relu().matmul(w2).add(b2).logSoftmax(-1);
		const loss = gather(scores, labels, { axis: 1, batch: 1, fromEnd: false }).mean().neg();
		const slopes = grad(loss, parameters);
		for (const [i, parameter] of parameters.entries())
			parameter.assign(parameter.read().sub((slopes[i] as Node).mul(0.1))); // one each
		return loss;
	};
	return { parameters, step };
}

const images = uniform(randomKey(3), [batch, inputs]);
const labels = tensor(Int32Array.from({ length: batch }, (_, i) => (7 * i) % classes));

function planOfStep(): Plan {
	return planOf(net().step, images, labels);
}

test('the two-layer training step becomes the kernels one would write by hand', () => {
	const { phases } = planOfStep();
	const describe = (kernel: Kernel): string => {
		if (kernel.kind !== 'rows') return kernel.kind;
		const products = kernel.segments.filter(({ kind }) => kind === 'product').length;
		const blocks = kernel.segments.some((each) => each.kind === 'loops' && each.lanes === 'rows');
		return `${kernel.rows.length === 0 ? 'one row' : kernel.rows}: ${products} products${blocks ? ', four rows at once' : ''}`;
	};
	expect(phases.map((kernels) => kernels.map(describe).sort())).toEqual([
		// The labels are in range; the first weights are packed, the second ones transposed.
		['check', 'pack', 'pack'],
		// The hidden layer, by halves of the pixels: of these and of the weights each thread has its own.
		['2,100: 1 products'],
		// The rest of the forward pass, loss, and the gradient back to the hidden layer, for one block of examples after another;
		// of the softmax, four of them at once.
		['100: 2 products, four rows at once'],
		// The mean loss, and of all parameters gradient and update.
		[
			'10: 0 products, four rows at once',
			'50: 0 products, four rows at once',
			'50: 1 products',
			'784: 1 products',
			'one row: 0 products',
		],
	]);
});

test('parameters are updated where they lie, behind the product that is their gradient', () => {
	const text = printPlan(planOfStep());
	expect(text).toMatch(
		/(variable\d+)\[50r \+ i\] = sub\(\1\[50r \+ i\], mul\(t\d+\[50r \+ i\], 0\.1/,
	);
	expect(text).not.toMatch(/variable\d+\[[^\]]*\] = t\d+\[[^\]]*\]\n/);
});

test('50 training steps give the same bits at every number of threads, and again', async () => {
	const outcome = async (threads: number): Promise<string> => {
		const { parameters, step } = net();
		const compiled = compiler(await newAwakeEngine(threads))(step);
		const losses = Array.from({ length: 50 }, () => compiled(images, labels).item());
		return String([losses, ...parameters.map((parameter) => parameter.data())]);
	};
	const alone = await outcome(1);
	for (const threads of [2, 4, 2, 1]) expect((await outcome(threads)) === alone).toBe(true);
});

// Browsers do not tell how much memory they use.
const tellsMemory = process.memoryUsage !== undefined;

test.runIf(tellsMemory)('1,000 training steps leave no memory behind', () => {
	const step = compiler(newWasmEngine(2))(net().step);
	for (let i = 0; i < 100; i++) step(images, labels);
	const before = process.memoryUsage().rss;
	for (let i = 0; i < 1000; i++) step(images, labels);
	// The inputs alone are 313 kB: one copy a step that was kept would be 313 MB.
	expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20);
});
