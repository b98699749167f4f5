import { grad, logSoftmax, type Node, tensor } from '@pullback/core';
import { expect, test } from 'vitest';
import * as nn from '../../src/index.ts';
import references from '../references/losses.json' with { type: 'json' };

type Loss = (...args: readonly unknown[]) => Node;

/** PyTorch gives the gradient of its ctc together with that of the softmax before. */
const losses: Readonly<Record<string, Loss>> = {
	...(nn as unknown as Record<string, Loss>), // each is called as its reference says
	ctc: (scores, ...rest) => (nn.ctc as Loss)(logSoftmax(scores as Node), ...rest),
};

const tensorAt = (place: number | undefined, dtype: 'f64' | 'i32'): Node => {
	const found = references.tensors[place ?? -1];
	if (found === undefined) throw new Error(`no tensor ${place}`);
	return tensor(new Float64Array(found.data), { shape: found.shape, dtype });
};

/**
 * Sums of no more than 30 terms, each of some roundings of 1e-16, in another order; PyTorch adds 1e-12 to the squares of
 * which it makes cosines.
 */
const tolerance = 1e-11;

const distance = (a: Node, b: Node): number => a.sub(b).abs().div(b.abs().add(1)).amax().item();

const names = [...new Set(references.cases.map(({ loss }) => loss))];

test.each(names)('%s has PyTorch’s values and gradients, however it is reduced', (name) => {
	for (const each of references.cases) {
		if (each.loss !== name) continue;
		const floating = each.floating.map((place) => tensorAt(place, 'f64'));
		const value = losses[name]?.(
			...floating,
			...each.constants.map((place) => tensorAt(place, 'f64')),
			...each.indices.map((place) => tensorAt(place, 'i32')),
			each.options,
		) as Node; // one for each name
		const told = `${name} ${JSON.stringify(each.options)}`;
		const expected = tensorAt(each.value, 'f64');
		expect(value.shape, told).toEqual(expected.shape);
		expect(distance(value, expected), told).toBeLessThan(tolerance);
		for (const [i, slope] of grad(value.sum(), floating).entries())
			expect(distance(slope, tensorAt(each.gradients[i], 'f64')), told).toBeLessThan(tolerance);
	}
});
