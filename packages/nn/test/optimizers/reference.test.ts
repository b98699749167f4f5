import { readFileSync } from 'node:fs';
import { compile, type Node, tensor, type Variable, variable } from '@pullback/core';
import { expect, test } from 'vitest';
import type { Optimizer } from '../../src/index.ts';
import * as nn from '../../src/index.ts';
import { kinds } from './kinds.ts';

interface Case {
	readonly name: string;
	readonly options: Readonly<Record<string, number | boolean>>;
	readonly positions: readonly (readonly number[])[];
}

/** What references/optimizers.py wrote. */
const reference: {
	readonly steps: readonly number[];
	readonly scale: readonly number[];
	readonly start: { readonly w: readonly number[]; readonly b: number };
	readonly cases: readonly Case[];
	readonly groups: Case & { readonly own: object };
} = JSON.parse(readFileSync(new URL('../references/optimizers.json', import.meta.url), 'utf8'));

/** The loss of the reference, which changes from step to step. */
function lossAt(step: Node, w: Variable, b: Variable): Node {
	const misses = w.sub(step.div(7).cos()).square().mul(reference.scale).sum();
	return misses.add(w.sum().mul(b).sub(1).square().mul(0.1)).add(b.square().log1p());
}

function expectTrajectory(
	make: (w: Variable, b: Variable) => Optimizer,
	positions: readonly (readonly number[])[],
): void {
	const w = variable(tensor([...reference.start.w], { dtype: 'f64' }));
	const b = variable(reference.start.b, { dtype: 'f64' });
	const optimizer = make(w, b);
	const step = compile((time: Node) => optimizer.minimize(lossAt(time, w, b)));
	for (let i = 1; i <= 100; i++) {
		step(tensor(i, { dtype: 'f64' }));
		const at = reference.steps.indexOf(i);
		if (at < 0) continue;
		for (const [j, value] of [...w.data(), b.item()].entries())
			expect(Math.abs(value - (positions[at]?.[j] ?? Number.NaN))).toBeLessThan(1e-6);
	}
}

test.each(reference.cases.map((each) => [each.name, each.options, each.positions] as const))(
	'%s with %o moves for 100 steps as PyTorch’s does',
	(name, options, positions) => {
		const Kind = new Map(kinds).get(name);
		if (Kind === undefined) throw new Error(`there is no ${name}`);
		expectTrajectory(
			// A rate that is left out is that of the class.
			(w, b) => new Kind([w, b], options as { learningRate: number }),
			positions,
		);
	},
);

test('groups of parameters have a rate and a weight decay of their own, as PyTorch’s', () => {
	const { options, own, positions } = reference.groups;
	expectTrajectory(
		(w, b) => new nn.AdamW([{ parameters: [w] }, { parameters: [b], ...own }], options),
		positions,
	);
});
