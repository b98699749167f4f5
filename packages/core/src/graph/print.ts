import { type Data, formatData } from './dtype.ts';
import { checkedNodes, type Node } from './node.ts';
import { topologicalOrder } from './order.ts';
import { formatShape } from './shape.ts';

/**
 * The graph as text, a line a Node, inputs before users:
 *
 * ```
 * a: f32[3] = constant [1, 2, 3]
 * b: f32[3] = mul a a
 * c: f32[] = sum b axes=[0]
 * ```
 */
export function printGraph(outputs: Node | readonly Node[]): string {
	const roots = Array.isArray(outputs) ? (outputs as readonly Node[]) : [outputs as Node]; // isArray does not narrow readonly arrays
	checkedNodes('printGraph', 'outputs', roots);
	const names = new Map<Node, string>();
	const lines: string[] = [];
	for (const node of topologicalOrder(roots)) {
		const name = letters(names.size);
		names.set(node, name);
		const words = [node.primitive.name, ...node.inputs.map((input) => names.get(input))];
		const params = formatParams(node.params);
		if (params !== '') words.push(params);
		lines.push(`${name}: ${node.dtype}${formatShape(node.shape)} = ${words.join(' ')}`);
	}
	return lines.join('\n');
}

/** a, b, ..., z, aa, ab, ... */
function letters(index: number): string {
	let name = '';
	for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26))
		name = String.fromCharCode(97 + ((rest - 1) % 26)) + name;
	return name;
}

function formatParams(params: unknown): string {
	if (params === null || typeof params !== 'object') return '';
	return Object.entries(params)
		.filter(([key]) => key !== 'shape' && key !== 'dtype') // printed before the equals sign
		.map(([key, value]) => formatParam(key, value))
		.filter((text) => text !== '')
		.join(' ');
}

function formatParam(key: string, value: unknown): string {
	if (ArrayBuffer.isView(value)) return formatData(value as Data); // params hold no other views
	if (Array.isArray(value)) return `${key}=${JSON.stringify(value).replaceAll(',', ', ')}`;
	if (typeof value === 'function' || typeof value === 'object') return '';
	return `${key}=${value}`;
}
