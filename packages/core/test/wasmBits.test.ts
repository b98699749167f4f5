import {
	bitDifference,
	histories,
	hostilePrograms,
	models,
	outcomeOf,
	type Runnable,
} from '@pullback/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compiler, type Engine, grad, type Node } from '../src/index.ts';
import { filled, newAwakeEngine, newWasmEngine, seeds } from './compiled.ts';

const one = newWasmEngine();
const others = await Promise.all([2, 3].map(newAwakeEngine));

test.each<[string, fc.Arbitrary<Runnable>]>([
	['a hostile program', hostilePrograms()],
	['a large program', hostilePrograms({ maxLength: 4, large: true })],
	['a model', models()],
	['a use of Variables', histories()],
])('%s gives the same bits on one, two and three threads, NaN aside', (_, drawn) => {
	fc.assert(
		fc.property(drawn, (program) => {
			const alone = outcomeOf(program, one);
			for (const engine of others)
				expect(bitDifference(alone, outcomeOf(program, engine))).toBe(null);
		}),
		{ numRuns: Math.ceil((fc.readConfigureGlobal().numRuns ?? 100) / 2) },
	);
});

test('convolutions and pooling, and their gradients, give the same bits on one, two and three threads', () => {
	const net = fc.record({
		images: fc.integer({ min: 1, max: 3 }),
		channels: fc.integer({ min: 1, max: 9 }),
		outputs: fc.integer({ min: 1, max: 17 }),
		length: fc.integer({ min: 24, max: 40 }),
		kernel: fc.integer({ min: 1, max: 5 }),
		stride: fc.integer({ min: 1, max: 2 }),
		isDeep: fc.boolean(),
		seed: seeds,
	});
	fc.assert(
		fc.property(net, ({ images, channels, outputs, length, kernel, stride, isDeep, seed }) => {
			// With as many groups as channels each has a kernel of its own.
			const groups = isDeep ? channels : 1;
			const x = filled([images, channels, length, length], 'f32', seed);
			const w = filled([outputs * groups, channels / groups, kernel, kernel], 'f32', seed + 1);
			const f = (x: Node, w: Node): Node[] => {
				const y = x.conv2d(w, { stride, groups, padding: 1 }).relu().maxPool2d(2);
				return [y, ...grad(y.square().sum(), [x, w])];
			};
			const bits = (engine: Engine): (readonly number[])[] =>
				compiler(engine)(f)(x, w).map((y) => [...y.data()]);
			const alone = bits(one);
			for (const engine of others) expect(bits(engine)).toEqual(alone);
		}),
		{ numRuns: Math.ceil((fc.readConfigureGlobal().numRuns ?? 100) / 4) },
	);
});
