import fc from 'fast-check';
import { test } from 'vitest';
import { type DType, grad, type Node, scatterAdd, takeAlongAxis, tensor } from '../../src/index.ts';
import { filled, generator, seeds } from '../compiled.ts';
import { forEveryEngine } from './engines.ts';

const floats = fc.constantFrom<DType>('f32', 'f64');

forEveryEngine((tested) => {
	test('an update of -0 makes 0 of the 0 that it is added to, whether it is one of many or the only one', () => {
		return fc.assert(
			fc.asyncProperty(
				fc.array(fc.constantFrom(-0, 0, 1, -1, Number.NaN), { minLength: 1, maxLength: 9 }),
				floats,
				(updates, dtype) => {
					const x = tensor(updates, { dtype });
					const i = tensor(
						updates.map((_, at) => at % 3),
						{ dtype: 'i32' },
					);
					return tested.computes(
						(x, i) => [
							scatterAdd(x, i, { size: 3 }),
							scatterAdd(x.neg(), i, { axis: 1, batch: 1, size: 3 }),
							scatterAdd(x, i, { axis: 1, batch: 1, size: 3 }),
						],
						[x, i],
						{ exact: true },
					);
				},
			),
			tested.times(60),
		);
	});

	test('gathers, takes and scatters, at the same places too, and gradients are the interpreter’s', () => {
		return fc.assert(
			fc.asyncProperty(
				fc.record({
					length: fc.integer({ min: 1, max: 9 }),
					picks: fc.nat(11),
					after: fc.integer({ min: 1, max: 6 }),
					byte: fc.boolean(),
					dtype: floats,
					seed: seeds,
				}),
				({ length, picks, after, byte, dtype, seed }) => {
					const draw = generator(seed);
					const indices = Array.from(
						{ length: picks },
						() => Math.floor(draw() * (byte ? length : 2 * length)) - (byte ? 0 : length),
					);
					const i = tensor(byte ? Uint8Array.from(indices) : Int32Array.from(indices));
					const x = filled([length, after], dtype, seed);
					const f = (x: Node, i: Node): Node[] => {
						const doubled = x.mul(2).add(1);
						const columns = doubled.transpose();
						const results = [
							x.gather(i),
							doubled.take(i),
							columns.take(i, 1),
							doubled.take(i.reshape([1, -1])),
							scatterAdd(x.take(i), i, { size: length }),
							scatterAdd(columns.take(i, 1).transpose(), i, { size: length }).mul(x),
							// Another operand at the same indices.
							x.take(i).mul(doubled.flip(0).take(i)),
							takeAlongAxis(x, i.expandDims(1).broadcastTo([picks, after]), 0),
						];
						const total = results.map((y) => y.sin().sum()).reduce((a, b) => a.add(b));
						return [...results, ...grad(total, [x])];
					};
					return tested.computes(f, [x, i]);
				},
			),
			tested.times(50),
		);
	});

	test('labels pick one element a row, and the gradient reaches that alone', () => {
		return fc.assert(
			fc.asyncProperty(
				fc.integer({ min: 1, max: 20 }),
				fc.integer({ min: 1, max: 12 }),
				floats,
				seeds,
				(rows, classes, dtype, seed) => {
					const draw = generator(seed);
					const labels = Int32Array.from({ length: rows }, () => Math.floor(draw() * classes));
					const f = (x: Node, i: Node): Node[] => {
						const picked = takeAlongAxis(x.logSoftmax(1), i.expandDims(1), 1);
						const hot = x.mul(i.oneHot(classes)).sum(1);
						return [picked, hot, ...grad(picked.mean().neg().add(hot.square().sum()), [x])];
					};
					const inputs = [filled([rows, classes], dtype, seed), tensor(labels)];
					return tested.computes(f, inputs);
				},
			),
			tested.times(30),
		);
	});
});
