// Chapter 5: the price of a purchase as a computation graph, and what each of its inputs adds to it.
import { grad, type Node, printGraph, tensor } from '@pullback/core';

const number = (value: number): Node => tensor(value, { dtype: 'f64' });

/** The graph of a purchase: its price, and the derivative of the price in each input. */
export interface Purchase {
	readonly price: Node;
	readonly inputs: Readonly<Record<string, Node>>;
	readonly derivatives: Readonly<Record<string, number>>;
}

function purchase(price: Node, inputs: Readonly<Record<string, Node>>): Purchase {
	const gradients = grad(price, Object.values(inputs));
	const entries = Object.keys(inputs).map((name, i) => [name, gradients[i]?.item()]);
	return { price, inputs, derivatives: Object.fromEntries(entries) };
}

/** Two apples for 100 each, and tax. */
export function buyApples(): Purchase {
	const [apple, apples, tax] = [number(100), number(2), number(1.1)];
	return purchase(apple.mul(apples).mul(tax), { apple, apples, tax });
}

/** Two apples for 100 each, three oranges for 150 each, and tax. */
export function buyApplesAndOranges(): Purchase {
	const [apple, apples] = [number(100), number(2)];
	const [orange, oranges] = [number(150), number(3)];
	const tax = number(1.1);
	const price = apple.mul(apples).add(orange.mul(oranges)).mul(tax);
	return purchase(price, { apple, apples, orange, oranges, tax });
}

if (process.argv[1] === import.meta.filename)
	for (const { price, derivatives } of [buyApples(), buyApplesAndOranges()]) {
		console.log(printGraph(price));
		console.log(`price ${price.item()}; derivatives`, derivatives);
	}
