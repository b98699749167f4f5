import { checkedString } from '../graph/arguments.ts';
import { shortened } from '../graph/describe.ts';
import { ShapeError } from '../graph/errors.ts';
import type { Node } from '../graph/node.ts';
import { formatShape, maximumRank } from '../graph/shape.ts';
import { matmul } from './linearAlgebra.ts';
import { permute, reshape } from './movement.ts';
import { type Operand, toNodes } from './operand.ts';
import { sum } from './reductions.ts';

/** A tensor whose axes are named by letters, each once. */
interface Labelled {
	readonly node: Node;
	readonly labels: readonly string[];
}

/**
 * Einstein's summation, as NumPy's: `einsum('ij,jk->ik', a, b)` multiplies matrices, `'ii->'` is the trace.
 * Letters missing after `->` are summed over; without `->` the letters that stand once remain, in
 * alphabetical order. Contracts from left to right, each pair by one matrix product.
 */
export function einsum(equation: string, ...operands: readonly Operand[]): Node {
	checkedString('einsum', 'the equation', equation);
	const { inputs, output } = parse(equation, operands.length);
	const nodes = toNodes('einsum', operands);
	const lengths = new Map<string, number>();
	const labelled = nodes.map((node, i) => {
		const labels = inputs[i] ?? [];
		if (labels.length !== node.shape.length)
			throw new ShapeError(
				`einsum: '${labels.join('')}' names ${labels.length} axes, operand ${i} has shape ${formatShape(node.shape)}`,
			);
		for (const [axis, label] of labels.entries()) {
			const length = node.shape[axis] ?? 0;
			const known = lengths.get(label) ?? length;
			if (known !== length)
				throw new ShapeError(
					`einsum: '${label}' has length ${known} and ${length} in '${shortened(equation)}' with ${nodes.map((each) => formatShape(each.shape)).join(' and ')}`,
				);
			lengths.set(label, length);
		}
		return diagonals(node, labels);
	});
	const [first, ...rest] = labelled;
	if (first === undefined) throw new Error('internal: einsum without operands');
	let result = first;
	for (const [i, next] of rest.entries()) {
		const needed = new Set([...output, ...rest.slice(i + 1).flatMap(({ labels }) => labels)]);
		result = contract(result, next, needed);
	}
	return arrange(sumOut(result, new Set(output)), output).node;
}

function parse(equation: string, count: number): { inputs: string[][]; output: string[] } {
	const quoted = `'${shortened(equation)}'`;
	const [left = '', right, ...more] = equation.replaceAll(' ', '').split('->');
	const terms = left.split(',');
	if (terms.length !== count)
		throw new ShapeError(`einsum: ${quoted} names ${terms.length} operands, got ${count}`);
	for (const term of [...terms, right ?? ''])
		if (term.length > maximumRank)
			throw new ShapeError(
				`einsum: ${quoted} names ${term.length} axes of one tensor; the most are ${maximumRank}`,
			);
	const inputs = terms.map((labels) => [...labels]);
	const all = inputs.flat();
	const output =
		right === undefined
			? [...new Set(all)].filter((label) => all.indexOf(label) === all.lastIndexOf(label)).sort()
			: [...right];
	const odd = [...all, ...output].find((label) => !/[a-zA-Z]/.test(label));
	if (more.length > 0 || odd !== undefined)
		throw new ShapeError(
			`einsum: cannot read ${quoted}${odd === undefined ? '' : `: '${odd}' is not a letter`}; write it as 'ij,jk->ik'`,
		);
	const lost = output.find((label, i) => !all.includes(label) || output.indexOf(label) !== i);
	if (lost !== undefined)
		throw new ShapeError(
			`einsum: '${lost}' after -> in ${quoted}; it must stand once, and before -> too`,
		);
	return { inputs, output };
}

/** Axes of the same letter taken together: the elements at which their indices agree. */
function diagonals(node: Node, labels: readonly string[]): Labelled {
	const twice = labels.find((label, i) => labels.indexOf(label) !== i);
	if (twice === undefined) return { node, labels };
	const first = labels.indexOf(twice);
	const second = labels.indexOf(twice, first + 1);
	const length = node.shape[first] ?? 0;
	const others = labels.map((_, axis) => axis).filter((axis) => axis !== first && axis !== second);
	const shape = others.map((axis) => node.shape[axis] ?? 0);
	const square = reshape(permute(node, [...others, first, second]), [...shape, length * length]);
	const diagonal = square.slice(...others.map(() => null), [0, null, length + 1]);
	return diagonals(diagonal, [...others.map((axis) => labels[axis] ?? ''), twice]);
}

/** The product of two tensors, summed over the labels that nobody needs any more. */
function contract(a: Labelled, b: Labelled, needed: ReadonlySet<string>): Labelled {
	const left = sumOut(a, new Set([...needed, ...b.labels]));
	const right = sumOut(b, new Set([...needed, ...a.labels]));
	const shared = left.labels.filter((label) => right.labels.includes(label));
	const batch = shared.filter((label) => needed.has(label));
	const inner = shared.filter((label) => !needed.has(label));
	const rows = left.labels.filter((label) => !shared.includes(label));
	const columns = right.labels.filter((label) => !shared.includes(label));
	const lengths = (labels: readonly string[], { node, labels: all }: Labelled): number[] =>
		labels.map((label) => node.shape[all.indexOf(label)] ?? 0);
	const count = (sizes: readonly number[]): number => sizes.reduce((size, each) => size * each, 1);
	const [outer, m, n, k] = [
		lengths(batch, left),
		lengths(rows, left),
		lengths(columns, right),
		count(lengths(inner, left)),
	];
	const product = matmul(
		reshape(arrange(left, [...batch, ...rows, ...inner]).node, [...outer, count(m), k]),
		reshape(arrange(right, [...batch, ...inner, ...columns]).node, [...outer, k, count(n)]),
	);
	return {
		node: reshape(product, [...outer, ...m, ...n]),
		labels: [...batch, ...rows, ...columns],
	};
}

function sumOut({ node, labels }: Labelled, needed: ReadonlySet<string>): Labelled {
	const gone = labels.flatMap((label, axis) => (needed.has(label) ? [] : [axis]));
	return { node: sum(node, gone), labels: labels.filter((label) => needed.has(label)) };
}

function arrange({ node, labels }: Labelled, order: readonly string[]): Labelled {
	return {
		node: permute(
			node,
			order.map((label) => labels.indexOf(label)),
		),
		labels: order,
	};
}
