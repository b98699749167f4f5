import fc from 'fast-check';
import { expect, test } from 'vitest';
import { grad, type Node, pixelShuffle, pixelUnshuffle, ready, zeros } from '../src/index.ts';
import { filled } from './compiled.ts';
import { forEveryEngine } from './conformance/engines.ts';
import { indicesOf } from './definitions.ts';

const cases = fc.record({
	lead: fc.array(fc.nat(2), { maxLength: 2 }),
	channels: fc.nat(2),
	height: fc.nat(3),
	width: fc.nat(3),
	factor: fc.integer({ min: 1, max: 3 }),
	seed: fc.nat(2 ** 31 - 2),
});

forEveryEngine(({ compile, times }) => {
	test('channel c r r + i r + j of a pixel goes to row i and column j of its square, and back', async () => {
		await fc.assert(
			fc.asyncProperty(cases, async ({ lead, channels, height, width, factor, seed }) => {
				const x = filled([...lead, channels * factor * factor, height, width], 'f32', seed);
				const [y, again, slope] = compile((x: Node): [Node, Node, Node] => {
					const y = pixelShuffle(x, factor);
					return [y, pixelUnshuffle(y, factor), grad(y.square().sum(), [x])[0]];
				})(x);
				await ready(y, again, slope);
				const large = [...lead, channels, height * factor, width * factor];
				expect(y.shape).toEqual(large);
				const elements = x.data();
				const expected = indicesOf(large).map((index) => {
					const [channel = 0, row = 0, column = 0] = index.slice(-3);
					const [i, j] = [row % factor, column % factor];
					const from = [
						...index.slice(0, -3),
						(channel * factor + i) * factor + j,
						(row - i) / factor,
						(column - j) / factor,
					];
					return elements[from.reduce((at, k, axis) => at * (x.shape[axis] ?? 0) + k, 0)];
				});
				expect(Array.from(y.data())).toEqual(expected);
				expect([again.shape, again.data()]).toEqual([x.shape, elements]);
				expect(slope.data()).toEqual(elements.map((each) => 2 * each));
			}),
			times(60),
		);
	});
});

test('what does not divide is refused with its shape', () => {
	expect(() => pixelShuffle(zeros([1, 6, 2, 2]), 2)).toThrow(
		'pixelShuffle: [1, 6, 2, 2] has 6 channels, which do not divide by 2 squared',
	);
	expect(() => pixelUnshuffle(zeros([1, 3, 4]), 2)).toThrow(
		'pixelUnshuffle: [1, 3, 4] has height 3 and width 4; both must divide by 2',
	);
	expect(() => pixelShuffle(zeros([4, 4]), 2)).toThrow(
		'pixelShuffle: [4, 4] has 2 axes; it must be [..., C, H, W]',
	);
	expect(() => pixelShuffle(zeros([1, 4, 4]), 0)).toThrow('the factor is 0');
});
