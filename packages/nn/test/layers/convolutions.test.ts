import { conv2d, convTranspose2d, randomKey, zeros } from '@pullback/core';
import { expect, test } from 'vitest';
import { Conv2d, ConvTranspose2d, constantInitializer, type Initializer } from '../../src/index.ts';

const key = randomKey(3);

test('a layer is core’s function of its parameters', () => {
	const x = zeros([2, 4, 5, 5]).add(1);
	const layer = new Conv2d({
		inputs: 4,
		outputs: 6,
		kernelSize: 3,
		padding: [[0, 1], 2],
		stride: 2,
		groups: 2,
		key,
	});
	layer.bias?.assign([1, 2, 3, 4, 5, 6]);
	const { weight, bias } = layer;
	expect(weight.shape).toEqual([6, 2, 3, 3]);
	const options = { bias: bias ?? 0, padding: [[0, 1], 2], stride: 2, groups: 2 } as const;
	expect(layer.forward(x).toArray()).toEqual(conv2d(x, weight, options).toArray());
	const back = new ConvTranspose2d({ inputs: 4, outputs: 2, kernelSize: [1, 2], groups: 2, key });
	expect(back.weight.shape).toEqual([4, 1, 1, 2]);
	expect(back.forward(x).toArray()).toEqual(
		convTranspose2d(x, back.weight, { groups: 2 }).toArray(),
	);
});

test('kernels start with He’s standard deviation for the inputs of an output element', () => {
	for (const layer of [
		new Conv2d({ inputs: 32, outputs: 64, kernelSize: 5, groups: 2, key, bias: false }),
		new ConvTranspose2d({ inputs: 32, outputs: 64, kernelSize: 5, groups: 2, key, bias: false }),
	]) {
		const deviation = layer.weight.std().item();
		// 25,600 numbers: the deviation is known to a percent.
		expect(deviation / Math.sqrt(2 / (16 * 25))).toBeCloseTo(1, 1);
	}
});

test('an initialiser sees kernels as matrices, of which each group has its own columns', () => {
	const shapes: (readonly number[])[] = [];
	const weight: Initializer = (_, shape, dtype) => {
		shapes.push(shape);
		const [rows = 0, columns = 0] = shape;
		const data = Float64Array.from({ length: rows * columns }, (_, i) => i);
		return constantInitializer(0)(key, shape, dtype).add(
			zeros([rows * columns], { dtype })
				.add([...data])
				.reshape(shape),
		);
	};
	const options = { inputs: 4, outputs: 6, kernelSize: [1, 2], groups: 2, key, weight };
	const [conv, back] = [new Conv2d(options), new ConvTranspose2d(options)];
	expect(shapes).toEqual([
		[4, 6],
		[4, 6],
	]);
	// Row 2 i + k is element k of the kernel on input i of a group, column o what makes output o.
	const at = (i: number, k: number, o: number): number => 6 * (2 * i + k) + o;
	const [two, three, six] = [2, 3, 6].map((length) => [...new Array(length).keys()]) as [
		number[],
		number[],
		number[],
	]; // as many
	expect(conv.weight.toArray()).toEqual(
		six.map((o) => two.map((i) => [two.map((k) => at(i, k, o))])),
	);
	expect(back.weight.toArray()).toEqual(
		two.flatMap((group) =>
			two.map((i) => three.map((o) => [two.map((k) => at(i, k, 3 * group + o))])),
		),
	);
});

test('options that do not fit are refused where the layer is made', () => {
	const make = (more: object) => () =>
		new Conv2d({ inputs: 4, outputs: 4, kernelSize: 3, key, ...more });
	expect(make({ groups: 3 })).toThrow('Conv2d: inputs is 4; it must be a multiple of the 3 groups');
	expect(make({ stride: 0 })).toThrow('Conv2d: stride is 0');
	expect(make({ kernelSize: [3] })).toThrow('Conv2d: kernelSize holds 1 numbers');
	expect(make({ padding: 'full' })).toThrow('Conv2d: padding is');
	expect(make({ strides: 2 })).toThrow('Conv2d: there is no option strides; did you mean stride?');
	expect(
		() => new ConvTranspose2d({ inputs: 1, outputs: 1, kernelSize: 2, outputPadding: 1, key }),
	).toThrow('ConvTranspose2d: outputPadding is 1; it must be less than the stride or the dilation');
});
