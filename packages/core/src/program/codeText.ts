import { maxShownElements } from '../graph/formatArray.ts';
import { formatElement } from '../graph/formatNumbers.ts';
import type { Node } from '../graph/node.ts';
import { sizeOf } from '../graph/shape.ts';
import { knownElements } from './valueText.ts';

/** The code of a tensor whose elements are known and few enough to read, with all their digits; null of any other Node. */
export function codeText(node: Node): string | null {
	const { shape, dtype } = node;
	const at = knownElements(node);
	const size = sizeOf(shape);
	if (at === null || size > maxShownElements) return null;
	const options: string[] = [];
	// Where there are no elements, these tell neither the dtype nor the shape.
	if (dtype !== 'f32' && (dtype !== 'bool' || size === 0)) options.push(`dtype: '${dtype}'`);
	if (size === 0) options.push(`shape: [${shape.join(', ')}]`);
	const code = (axis: number, from: number): string => {
		const length = shape[axis];
		if (length === undefined) return formatElement(at(from), dtype);
		const step = sizeOf(shape.slice(axis + 1));
		const parts = Array.from({ length }, (_, i) => code(axis + 1, from + i * step));
		return `[${parts.join(', ')}]`;
	};
	const literal = size === 0 ? '[]' : code(0, 0);
	return `tensor(${literal}${options.length > 0 ? `, { ${options.join(', ')} }` : ''})`;
}
