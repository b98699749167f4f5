import { readFileSync } from 'node:fs';
import { assignAll, compile, type Node, tensor, type Variable, variable } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LBFGS, type LBFGSOptions } from '../../src/index.ts';

/** What references/optimizers.py wrote. */
const reference: {
	readonly lbfgs: readonly {
		readonly options: LBFGSOptions;
		readonly positions: readonly (readonly number[])[];
	}[];
} = JSON.parse(readFileSync(new URL('../references/optimizers.json', import.meta.url), 'utf8'));

/** Rosenbrock’s valley, whose least value is 0 where all are 1. */
const rosenbrock = (x: Variable): Node => {
	const [low, high] = [x.slice([0, -1]), x.slice([1])];
	const misses = high.sub(low.square()).square().mul(100);
	return misses.add(low.neg().add(1).square()).sum();
};

const start = (): Variable => variable([-1.2, 1, 0.5, 2], { dtype: 'f64' });

test.each(reference.lbfgs.map((each) => [each.options, each.positions] as const))(
	'LBFGS with %o goes where PyTorch’s does',
	(options, positions) => {
		const x = start();
		const lbfgs = new LBFGS([x], () => rosenbrock(x), options);
		for (const position of positions) {
			lbfgs.minimize();
			for (const [i, each] of x.data().entries())
				expect(Math.abs(each - (position[i] ?? Number.NaN))).toBeLessThan(1e-6);
		}
	},
);

test('LBFGS finds the least value of squares in a few iterations, in f32 and f64, for what it is given', () => {
	fc.assert(
		fc.property(
			fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
			fc.constantFrom('f32', 'f64'),
			(scales, dtype) => {
				const w = variable(
					tensor(
						scales.map(() => 3),
						{ dtype },
					),
				);
				const b = variable(-4, { dtype });
				const lbfgs = new LBFGS([w, b], (target: Node) =>
					w.sub(target).square().mul(scales).sum().add(b.square()),
				);
				const target = tensor(
					scales.map((each) => each / 4),
					{ dtype },
				);
				const { loss, iterations, evaluations } = lbfgs.minimize(target);
				expect(loss).toBeLessThan(1e-9);
				expect(iterations).toBeLessThan(20);
				expect(evaluations).toBeGreaterThanOrEqual(iterations);
				for (const [i, each] of w.data().entries())
					expect(Math.abs(each - (scales[i] ?? 0) / 4)).toBeLessThan(1e-4);
				expect(w.dtype).toBe(dtype);
			},
		),
		{ numRuns: 20 },
	);
});

test('LBFGS goes on to the bit from what was saved by name', () => {
	const make = () => {
		const x = start();
		return { x, lbfgs: new LBFGS([x], () => rosenbrock(x), { historySize: 3, maxIterations: 5 }) };
	};
	const [whole, saved, resumed] = [make(), make(), make()];
	for (let i = 0; i < 4; i++) whole.lbfgs.minimize();
	for (let i = 0; i < 2; i++) saved.lbfgs.minimize();
	const to = resumed.lbfgs.namedVariables();
	assignAll([
		[resumed.x, saved.x.read()],
		...[...saved.lbfgs.namedVariables()].map(
			([path, each]) => [to.get(path) as Variable, each.read()] as const, // of one kind
		),
	]);
	for (let i = 0; i < 2; i++) resumed.lbfgs.minimize();
	expect(resumed.x.toArray()).toEqual(whole.x.toArray());
});

test('a loss that is infinite or NaN beyond some point is too large there', () => {
	for (const barrier of [
		(x: Node) => x.log().neg().add(x),
		(x: Node) => x.sqrt().sub(1).square(),
	]) {
		const x = variable([9, 0.01], { dtype: 'f64' });
		const lbfgs = new LBFGS([x], () => barrier(x.read()).sum(), { learningRate: 50 });
		for (let i = 0; i < 5; i++) lbfgs.minimize();
		for (const each of x.data()) expect(Math.abs(each - 1)).toBeLessThan(1e-3);
	}
});

test('LBFGS that cannot begin, or fails, changes nothing', () => {
	const x = variable([-1], { dtype: 'f64' });
	expect(() => new LBFGS([x], () => x.log().sum()).minimize()).toThrow(
		'LBFGS: the loss is NaN at the start; it must be finite',
	);
	const lbfgs = new LBFGS([x], () => x.square().sum());
	expect(() => compile(() => void lbfgs.minimize())()).toThrow(/compile/);
	expect(x.toArray()).toEqual([-1]);
	expect(() => new LBFGS([x], () => x.sum(), { historySize: 0 })).toThrow(
		'LBFGS: historySize is 0; it must be a whole number from 1 to 1000',
	);
	// Where the gradient is 0 there is nowhere to go.
	x.assign([0]);
	expect(lbfgs.minimize()).toEqual({ loss: 0, iterations: 0, evaluations: 1 });
});
