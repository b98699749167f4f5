import {
	compile,
	grad,
	type Node,
	type Operand,
	randomKey,
	tensor,
	type Variable,
} from '@pullback/core';
import { expect, test } from 'vitest';
import * as nn from '../src/index.ts';
import { expectReference, type Plain, readReference, tensorOf } from './references/reference.ts';

/** What `references/nets.py` writes of a net. */
interface Case {
	readonly x: Plain;
	readonly labels: readonly number[];
	readonly before: Readonly<Record<string, Plain>>;
	readonly y: Plain;
	readonly loss: number;
	readonly slopes: Readonly<Record<string, Plain>>;
	/** After one step of SGD of learning rate 0.1. */
	readonly after: Readonly<Record<string, Plain>>;
	/** The output in evaluation after that. */
	readonly evaluated: Plain;
}

type Dtype = 'f32' | 'f64';
const key = randomKey(1);

const nets: Readonly<Record<string, (dtype: Dtype) => nn.Module<[x: Operand, mode?: nn.Mode]>>> = {
	mlp: (dtype) =>
		nn.sequential(
			new nn.Affine({ inputs: 6, outputs: 8, key, dtype }),
			new nn.BatchNorm1d({ channels: 8, dtype }),
			new nn.Relu(),
			new nn.Dropout({ rate: 0, key }),
			new nn.Affine({ inputs: 8, outputs: 5, key, dtype }),
			new nn.BatchNorm1d({ channels: 5, dtype }),
			new nn.Relu(),
			new nn.Dropout({ rate: 0, key }),
			new nn.Affine({ inputs: 5, outputs: 3, key, dtype }),
		),
	convnet: (dtype) =>
		nn.sequential(
			new nn.Conv2d({ inputs: 1, outputs: 3, kernelSize: 3, padding: 1, key, dtype }),
			new nn.BatchNorm2d({ channels: 3, dtype }),
			new nn.Relu(),
			new nn.MaxPool2d(2),
			new nn.Conv2d({ inputs: 3, outputs: 4, kernelSize: 3, key, dtype }),
			new nn.Relu(),
			new nn.Flatten(),
			new nn.Affine({ inputs: 16, outputs: 3, key, dtype }),
		),
};

/** Our path of one of PyTorch's names. */
function pathOf(name: string): string {
	const [layer, value = ''] = name.split('.');
	const ours: Readonly<Record<string, string>> = {
		running_mean: 'runningMean',
		running_var: 'runningVariance',
		num_batches_tracked: 'batches',
	};
	return `layers.${layer}.${ours[value] ?? value}`;
}

const cases = Object.entries(readReference<Case>('nets.json')).flatMap(([name, each]) =>
	(['f64', 'f32'] as const).flatMap((dtype) =>
		[false, true].map((isCompiled) => [name, dtype, isCompiled, each] as const),
	),
);

test.each(cases)(
	'%s in %s, compiled: %s: outputs, loss, gradients and a step of SGD are PyTorch’s',
	(name, dtype, isCompiled, { x, labels, before, y, loss, slopes, after, evaluated }) => {
		const net = nets[name]?.(dtype);
		if (net === undefined) throw new Error(`no net ${name}`);
		const variables = net.namedVariables();
		const named = (each: string): Variable => {
			const found = variables.get(pathOf(each));
			if (found === undefined) throw new Error(`no Variable for ${each}`);
			return found;
		};
		for (const [each, value] of Object.entries(before)) {
			const variable = named(each);
			variable.assign(tensorOf(value).cast(variable.dtype));
		}
		// The reference has twelve digits; sums are of some hundred terms.
		const tolerance = dtype === 'f64' ? 1e-9 : 1e-5;
		const optimizer = new nn.SGD(net.parameters(), { learningRate: 0.1 });
		const target = tensor([...labels], { dtype: 'i32' });
		const trained = Object.keys(slopes).map(named);
		const step = (input: Node): Node[] => {
			const output = net.forward(input, 'train');
			const cost = nn.softmaxCrossEntropy(output, target);
			const gradients = grad(cost, trained);
			optimizer.minimize(cost);
			return [output, cost, ...gradients];
		};
		const [output, cost, ...gradients] = (isCompiled ? compile(step) : step)(
			tensorOf(x, dtype),
		) as [Node, Node, ...Node[]]; // as returned
		expectReference(output, y, tolerance, 'y');
		expect(Math.abs(cost.item() - loss)).toBeLessThanOrEqual(tolerance);
		for (const [i, [each, value]] of Object.entries(slopes).entries())
			expectReference(gradients[i] as Node, value, tolerance, `slope of ${each}`); // as many
		for (const [each, value] of Object.entries(after))
			expectReference(named(each), value, tolerance, each);
		expectReference(net.forward(tensorOf(x, dtype)), evaluated, tolerance, 'evaluated');
	},
);
