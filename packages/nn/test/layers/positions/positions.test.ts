import { compile, type Node, randomKey, tensor } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LearnedPositions, RotaryPositions, SinusoidalPositions } from '../../../src/index.ts';
import { drawn, expectNear } from '../near.ts';

const sizes = fc.record({
	batch: fc.nat(2),
	tokens: fc.nat(4),
	pairs: fc.integer({ min: 1, max: 3 }),
	offset: fc.oneof(fc.nat(5), fc.nat(2 ** 20)),
	seed: fc.nat(2 ** 20),
});
type Sizes = Parameters<Parameters<typeof sizes.map>[0]>[0];
const forAll = (law: (each: Sizes) => void): void =>
	fc.assert(fc.property(sizes, law), { numRuns: 40 });

/** Numbers of size 3, and angles of 2^20 whose last digit is 2^-33. */
const tolerance = 1e-9;

test('the waves of positions are the sines and cosines of the paper', () => {
	forAll(({ batch, tokens, pairs, offset, seed }) => {
		const width = 2 * pairs - (seed % 2);
		const x = drawn(seed, 0, [batch, tokens, width]);
		const expected = Array.from({ length: tokens }, (_, t) =>
			Array.from({ length: width }, (_, i) => {
				const angle = (t + offset) / 100 ** ((2 * Math.floor(i / 2)) / width);
				return i % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
			}),
		);
		const y = new SinusoidalPositions({ base: 100 }).forward(x, 'evaluate', { offset });
		if (tokens > 0) expectNear(y, x.add(tensor(expected, { dtype: 'f64' })), tolerance);
		else expect(y.shape).toEqual(x.shape);
	});
});

test('rotations keep the norm of every pair', () => {
	forAll(({ batch, tokens, pairs, offset, seed }) => {
		const x = drawn(seed, 0, [batch, tokens, 2 * pairs]);
		const norms = (y: Node): Node => y.reshape([batch, tokens, pairs, 2]).square().sum(-1);
		const turned = new RotaryPositions().forward(x, 'evaluate', { offset });
		expectNear(norms(turned), norms(x), 1e-13 * 40);
	});
});

test('products of rotated queries and keys depend on their distance alone', () => {
	forAll(({ batch, tokens, pairs, offset, seed }) => {
		const shape = [batch, tokens, 2 * pairs];
		const [q, k] = [drawn(seed, 0, shape), drawn(seed, 1, shape)];
		const scores = (from: number): Node => {
			const [a, b] = [q, k].map((x) =>
				new RotaryPositions().forward(x, 'evaluate', { offset: from }),
			) as [Node, Node]; // two
			return a.matmul(b.transpose());
		};
		expectNear(scores(offset), scores(0), tolerance);
	});
});

test('pair i of a width turns by base^(-2 i / width) radians a token', () => {
	const x = tensor(new Array(3).fill([1, 0, 0, 2]), { dtype: 'f64' });
	const turned = new RotaryPositions({ base: 100 }).forward(x);
	const expected = [0, 1, 2].map((t) => [
		Math.cos(t),
		Math.sin(t),
		-2 * Math.sin(t / 10),
		2 * Math.cos(t / 10),
	]);
	expectNear(turned, tensor(expected, { dtype: 'f64' }), 1e-14);
});

test('learned positions are rows of their weight', () => {
	forAll(({ batch, tokens, pairs, offset: drawnOffset, seed }) => {
		const offset = drawnOffset % 5;
		const options = { tokens: 9, width: pairs, key: randomKey(seed), dtype: 'f64' } as const;
		const positions = new LearnedPositions(options);
		const x = drawn(seed, 0, [batch, tokens, pairs]);
		const rows = positions.weight.read().slice([offset, offset + tokens]);
		const y = positions.forward(x, 'evaluate', { offset });
		expect(y.toArray()).toEqual(x.add(rows).toArray());
	});
});

const all = [
	new SinusoidalPositions(),
	new RotaryPositions(),
	new LearnedPositions({ tokens: 12, width: 4, key: randomKey(1), dtype: 'f64' }),
];

test.each(all)(
	'an offset is where in a longer text a part stands, be it a number or a Node ($constructor.name)',
	(layer) => {
		const x = drawn(1, 0, [2, 9, 4]);
		const whole = layer.forward(x);
		const part = compile((tokens: Node, offset: Node) =>
			layer.forward(tokens, 'train', { offset }),
		);
		for (const offset of [0, 1, 7]) {
			const tokens = x.slice(null, [offset]);
			const expected = whole.slice(null, [offset]);
			expectNear(layer.forward(tokens, 'evaluate', { offset }), expected, 1e-13);
			expectNear(part(tokens, tensor(offset, { dtype: 'i32' })), expected, 1e-13);
		}
	},
);

test('in f32 far positions are as right as near ones', () => {
	const x = drawn(1, 0, [2, 4]);
	for (const layer of [new SinusoidalPositions(), new RotaryPositions()]) {
		const given = { offset: 2 ** 20 };
		const y = layer.forward(x.cast('f32'), 'evaluate', given);
		expect(y.dtype).toBe('f32');
		expectNear(y.cast('f64'), layer.forward(x, 'evaluate', given), 2 ** -22 * 4);
	}
});

test('what does not fit is refused, and says what would', () => {
	const learned = new LearnedPositions({ tokens: 3, width: 2, key: randomKey(1) });
	expect(() => learned.forward([[1, 2]], 'train', { offset: 3 })).toThrow(
		'LearnedPositions: the last of 1 tokens is at position 3; there are 3 positions',
	);
	for (const offset of [3, -1].map((each) => tensor(each, { dtype: 'i32' })))
		expect(() => learned.forward([[1, 2]], 'train', { offset }).data()).toThrow(RangeError);
	expect(() => learned.forward([[1]])).toThrow(
		'LearnedPositions: got [1, 1], needs [..., tokens, 2]',
	);
	expect(() => new RotaryPositions().forward([[1, 2, 3]])).toThrow(
		'RotaryPositions: got [1, 3], needs an even number of elements to rotate in pairs',
	);
	expect(() => new RotaryPositions({ base: 0 })).toThrow('RotaryPositions: base is 0');
	expect(() => new SinusoidalPositions().forward([1, 2])).toThrow(
		'SinusoidalPositions: got [2], needs [..., tokens, width]',
	);
	expect(() => new SinusoidalPositions().forward([[1]], 'train', { offset: tensor(1) })).toThrow(
		'SinusoidalPositions: offset is f32[]; it must be a whole number or an i32 scalar',
	);
});
