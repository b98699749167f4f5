import { evaluate, formatShape, type Node, topologicalOrder } from '@pullback/core';
import { checkedBoolean, checkedNode, checkedOptions } from '@pullback/core/arguments';

/** Where a NaN or an infinity came into a graph. */
export class NonFinite {
	/** The first operation whose value is not finite though all its operands' are. */
	readonly node: Node;
	readonly kind: 'NaN' | 'infinity';
	/** The position of the first such element, in row-major order. */
	readonly position: number;
	/** The operations that carried it to the output, from `node` on. */
	readonly path: readonly Node[];

	constructor(node: Node, kind: 'NaN' | 'infinity', position: number, path: readonly Node[]) {
		this.node = node;
		this.kind = kind;
		this.position = position;
		this.path = path;
	}

	/** One line: the operation, its operands, and the path. */
	toString(): string {
		const { node, kind, position, path } = this;
		const operands = node.inputs.map((input) => {
			const value = input.view();
			const own = value.length === node.view().length ? ` ${value[position]}` : '';
			return `${input.primitive.name} ${input.dtype}${formatShape(input.shape)}${own}`;
		});
		const from = operands.length > 0 ? ` from ${operands.join(' and ')}` : '';
		const names = path.map(({ primitive }) => primitive.name).join(' > ');
		return `${node.primitive.name} made ${kind} at element ${position} of ${node.dtype}${formatShape(node.shape)}${from}; path: ${names}`;
	}
}

/**
 * The first operation of the graph of `output` that made a NaN, or an infinity (unless `infinity` is false)
 * out of finite operands; null if every value is finite. For the backward pass, give it a gradient: that is
 * a graph as any other. Evaluates the graph.
 */
export function findNaN(output: Node, options?: { readonly infinity?: boolean }): NonFinite | null {
	const { infinity = true } = checkedOptions('findNaN', options);
	checkedBoolean('findNaN', 'infinity', infinity);
	checkedNode('findNaN', 'output', output);
	const order = topologicalOrder([output]);
	evaluate([output]);
	for (const node of order) {
		const value = node.view();
		const position = value.findIndex((x) => (infinity ? !Number.isFinite(x) : Number.isNaN(x)));
		if (position < 0) continue;
		const kind = Number.isNaN(value[position]) ? 'NaN' : 'infinity';
		return new NonFinite(node, kind, position, pathTo(output, node, order));
	}
	return null;
}

/** One of the ways from a Node to the output, along its users. */
function pathTo(output: Node, from: Node, order: readonly Node[]): Node[] {
	const next = new Map<Node, Node>();
	const reaches = new Set([output]);
	for (const node of order.toReversed()) {
		if (!reaches.has(node)) continue;
		for (const input of node.inputs) {
			reaches.add(input);
			next.set(input, node);
		}
	}
	const path = [from];
	for (let node = next.get(from); node !== undefined; node = next.get(node)) path.push(node);
	return path;
}
