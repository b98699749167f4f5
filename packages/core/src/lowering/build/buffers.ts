import type { DType } from '../../graph/dtype.ts';
import type { Node } from '../../graph/node.ts';
import { sizeOf } from '../../graph/shape.ts';
import { primitives } from '../../ops/primitives.ts';
import type { Cell } from '../../program/engine.ts';
import type { Buffer } from '../ir/expression.ts';
import { cellOf, isLeaf } from '../nodes/kinds.ts';

/** The buffers of a plan: of each materialized Node and leaf, of each cell, and for what kernels keep besides. */
export class Buffers {
	readonly #ofNodes = new Map<Node, Buffer>();
	readonly #ofCells = new Map<Cell, Buffer>();
	#count = 0;

	/** All that hold a Node's elements. */
	get ofNodes(): ReadonlyMap<Node, Buffer> {
		return this.#ofNodes;
	}

	/** All that hold a cell's elements. */
	get ofCells(): ReadonlyMap<Cell, Buffer> {
		return this.#ofCells;
	}

	/** The buffer of a Node's elements; of a Variable's leaf, that of its cell. */
	of(node: Node): Buffer {
		const known = this.#ofNodes.get(node);
		if (known !== undefined) return known;
		const cell = cellOf(node);
		const buffer =
			cell === null
				? this.make(node.dtype, sizeOf(node.shape), roleOf(node))
				: this.ofCell(cell, node);
		this.#ofNodes.set(node, buffer);
		return buffer;
	}

	/** The buffer of a cell, which has as many elements as the given Node. */
	ofCell(cell: Cell, { dtype, shape }: Node): Buffer {
		const known = this.#ofCells.get(cell);
		if (known !== undefined) return known;
		const buffer = this.make(dtype, sizeOf(shape), 'variable');
		this.#ofCells.set(cell, buffer);
		return buffer;
	}

	/** Has a Node's elements written where a cell's old ones lie. */
	writeOver(cell: Cell, value: Node): void {
		this.#ofNodes.set(value, this.ofCell(cell, value));
	}

	make(dtype: DType, size: number, role: Buffer['role'] = 'temporary'): Buffer {
		return { id: this.#count++, dtype, size, role };
	}
}

function roleOf(node: Node): Buffer['role'] {
	if (!isLeaf(node)) return 'temporary';
	return node.primitive === primitives.input ? 'input' : 'constant';
}
