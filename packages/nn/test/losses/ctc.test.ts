import { compile, grad, logSoftmax, type Node, normal, randomKey, tensor } from '@pullback/core';
import { checkGradients } from '@pullback/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ctc } from '../../src/index.ts';

/** The sequence that is left of a path without its repetitions and then without its blanks. */
function collapsed(path: readonly number[], blank: number): string {
	return path.filter((each, i) => each !== path[i - 1] && each !== blank).join();
}

/** -log of the sum of the probabilities of all paths that collapse to the labels. */
function bySearch(
	logs: readonly (readonly number[])[],
	labels: readonly number[],
	blank: number,
): number {
	const classes = logs[0]?.length ?? 1;
	const paths = classes ** logs.length;
	let total = 0;
	for (let number = 0; number < paths; number++) {
		const path = logs.map((_, step) => Math.floor(number / classes ** step) % classes);
		if (collapsed(path, blank) !== labels.join()) continue;
		total += Math.exp(
			path.reduce((sum, each, step) => sum + (logs[step]?.[each] ?? Number.NaN), 0),
		);
	}
	return -Math.log(total);
}

const cases = fc
	.record({
		batch: fc.nat(3),
		time: fc.nat(4),
		classes: fc.integer({ min: 2, max: 3 }),
		width: fc.nat(3),
	})
	.chain(({ batch, time, classes, width }) => {
		const each = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: batch, maxLength: batch });
		return fc.record({
			logs: fc
				.nat()
				.map((seed) =>
					logSoftmax(normal(randomKey(seed), [batch, time, classes], { std: 2, dtype: 'f64' })),
				),
			blank: fc.nat(classes - 1),
			labels: each(fc.array(fc.nat(classes - 2), { minLength: width, maxLength: width })),
			times: each(fc.nat(time)),
			counts: each(fc.nat(width)),
			width: fc.constant(width),
		});
	});

test('the loss is that of all paths that collapse to the labels, infinite if there are none', () => {
	fc.assert(
		fc.property(cases, ({ logs, blank, labels: drawn, times, counts, width }) => {
			const labels = drawn.map((row) => row.map((label) => (label >= blank ? label + 1 : label)));
			const expected = labels.map((row, i) =>
				bySearch(
					(logs.toArray() as number[][][])[i]?.slice(0, times[i]) ?? [],
					row.slice(0, counts[i]),
					blank,
				),
			);
			const given = tensor(
				Int32Array.from(
					labels.flatMap((row, i) => row.map((label, at) => (at < (counts[i] ?? 0) ? label : -7))),
				),
				{ shape: [labels.length, width] },
			);
			const options = {
				inputLengths: tensor(Int32Array.from(times)),
				labelLengths: tensor(Int32Array.from(counts)),
				blank,
			};
			const found = [...ctc(logs, given, { ...options, reduction: 'none' }).data()];
			// Sums of no more than 81 paths of four steps.
			for (const [i, loss] of expected.entries())
				if (loss === Infinity) expect(found[i]).toBe(Infinity);
				else expect(Math.abs((found[i] ?? Number.NaN) - loss)).toBeLessThan(1e-12);
			const mean =
				expected.reduce((sum, loss, i) => sum + loss / Math.max(counts[i] ?? 1, 1), 0) /
				expected.length;
			const ownMean = ctc(logs, given, options).item();
			if (Number.isFinite(mean)) expect(Math.abs(ownMean - mean)).toBeLessThan(1e-12);
			else expect(ownMean).toBe(mean);
			const finite = expected.map((loss) => (loss === Infinity ? 0 : loss));
			const zeroed = ctc(logs, given, { ...options, zeroInfinity: true, reduction: 'none' }).data();
			for (const [i, loss] of finite.entries())
				expect(Math.abs((zeroed[i] ?? 1) - loss)).toBeLessThan(1e-12);
			const [slope] = grad(ctc(logs, given, { ...options, reduction: 'sum' }), [logs]);
			const slopes = slope?.sum([2]).toArray() as number[][];
			// Each step of a path that can be is in some class; impossible examples, and what comes after, have derivative 0.
			for (const [i, row] of slopes.entries())
				for (const [step, total] of row.entries())
					expect(
						Math.abs(total + (expected[i] !== Infinity && step < (times[i] ?? 0) ? 1 : 0)),
					).toBeLessThan(1e-12);
		}),
		{ numRuns: 60 },
	);
});

const logits = normal(randomKey(3), [2, 5, 3], { dtype: 'f64' });
const options = { labelLengths: [2, 1] };

test('derivatives are right, first and second, of repeated labels too', () => {
	const loss = (x: Node): Node =>
		ctc(
			logSoftmax(x),
			[
				[1, 1],
				[2, 0],
			],
			options,
		);
	checkGradients(loss, [logits], { order: 2 }).assert();
});

test('classes of probability 0 leave the loss of paths without them, and no NaN', () => {
	const logs = tensor(
		[
			[
				[-Infinity, 0],
				[0, -Infinity],
				[-Infinity, 0],
			],
		],
		{ dtype: 'f64' },
	);
	const loss = ctc(logs, [[1, 1]]);
	expect(Math.abs(loss.item())).toBe(0);
	expect(grad(loss, [logs])[0]?.toArray()).toEqual([
		[
			[0, -0.5],
			[-0.5, 0],
			[0, -0.5],
		],
	]);
	expect(ctc(logs, [[1]]).item()).toBe(Infinity);
	expect(
		grad(ctc(logs, [[1]]), [logs])[0]
			?.abs()
			.sum()
			.item(),
	).toBe(0);
});

test('the loss and its gradient are the same within compile, and in f32 to its digits', () => {
	const step = (x: Node) => {
		const loss = ctc(
			logSoftmax(x),
			[
				[1, 1],
				[2, 0],
			],
			options,
		);
		return [loss, grad(loss, [x])[0] ?? x] as const;
	};
	const outside = step(logits);
	for (const [x, tolerance] of [
		[logits, 1e-13],
		[logits.cast('f32'), 1e-5],
	] as const) {
		const inside = compile(step)(x);
		for (const [i, each] of inside.entries())
			expect(
				each
					.sub(outside[i] ?? each)
					.abs()
					.amax()
					.item(),
			).toBeLessThan(tolerance);
	}
});

test('operands that do not fit are refused by name, and what is out of range once it is computed', () => {
	expect(() => ctc(logits, [[1], [1], [1]])).toThrow(
		'ctc: labels have shape [3, 1], must be [2, labels]',
	);
	expect(() => ctc(logits.slice(0), [[1]])).toThrow('must be [batch, time, classes]');
	expect(() => ctc(logits, [[1], [1]], { blank: 3 })).toThrow(
		'ctc: blank is 3; it must be a class, from 0 to 2',
	);
	expect(() => ctc(logits, [[1], [1]], { inputLengths: [1] })).toThrow(
		'ctc: inputLengths have shape [1], must be [2]',
	);
	expect(() => ctc(logits, [[1], [3]]).item()).toThrow(RangeError);
	expect(() => ctc(logits, [[1], [1]], { inputLengths: [5, 6] }).item()).toThrow(RangeError);
	expect(() => ctc(logits, [[1], [1]], { labelLengths: [1, 2] }).item()).toThrow(RangeError);
});
