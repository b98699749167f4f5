// Chapter 5: graphs with values above their edges, and gradients below, which flow back.
import { matmul, type Node, tensor } from '@pullback/core';
import { drawGraph } from '@pullback/pictures';
import { type Shown, show } from '../shown.ts';
import { buyApples, buyApplesAndOranges } from './apples.ts';

/** A scalar, and what the Nodes are called that it is made of. */
interface Drawing {
	readonly output: Node;
	readonly names: Readonly<Record<string, Node>>;
	readonly title: string;
}

const drawings = {
	apples: (): Drawing => {
		const { price, inputs } = buyApples();
		return { output: price, names: { ...inputs, price }, title: 'Two apples, and tax' };
	},
	applesAndOranges: (): Drawing => {
		const { price, inputs } = buyApplesAndOranges();
		return {
			output: price,
			names: { ...inputs, price },
			title: 'Two apples, three oranges, and tax',
		};
	},
	sigmoid: (): Drawing => {
		const x = tensor(0.5, { dtype: 'f64' });
		const one = tensor(1, { dtype: 'f64' });
		const y = one.div(x.neg().exp().add(one));
		return {
			output: y,
			names: { x, one, y },
			title: 'The sigmoid, written out: 1 / (1 + exp(-x))',
		};
	},
	affine: (): Drawing => {
		const x = tensor([[1, 0.5]], { dtype: 'f64' });
		const weight = tensor(
			[
				[0.1, 0.3, 0.5],
				[0.2, 0.4, 0.6],
			],
			{ dtype: 'f64' },
		);
		const bias = tensor([0.1, 0.2, 0.3], { dtype: 'f64' });
		const y = matmul(x, weight).add(bias);
		return {
			output: y.sum(),
			names: { x, weight, bias, y },
			title: 'An affine layer, and the sum of what leaves it',
		};
	},
} as const;

/** One of the graphs. */
export async function draw(name: keyof typeof drawings): Promise<Shown> {
	const { output, names, title } = drawings[name]();
	const picture = await drawGraph(output, { names, title });
	return { picture, found: `${title}: ${Number(output.item().toPrecision(10))}` };
}

if (process.argv[1] === import.meta.filename) await show(() => draw('applesAndOranges'));
