import { expect, test } from 'vitest';
import { compiler } from '../src/index.ts';
import type { Kernel } from '../src/lowering/ir/kernel.ts';
import type { Plan } from '../src/lowering/ir/plan.ts';
import { printPlan } from '../src/lowering/ir/printPlan.ts';
import { newAwakeEngine } from './compiled.ts';
import { planOf } from './plans.ts';
import { images, labels, net } from './twoLayerNet.ts';

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
