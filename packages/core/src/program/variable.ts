import type { Data, DType } from '../graph/dtype.ts';
import { DTypeError, ShapeError } from '../graph/errors.ts';
import { type Node, record } from '../graph/node.ts';
import { formatShape, type Shape, sameShape } from '../graph/shape.ts';
import { type Operand, toNodes, toTensor } from '../ops/operand.ts';
import { primitives } from '../ops/primitives.ts';
import { Cell } from './engine.ts';
import { activeTrace } from './trace.ts';

/** A named, mutable cell that holds a tensor of fixed shape and dtype: a parameter, or any state of a net. */
export class Variable {
	readonly name: string;
	readonly shape: Shape;
	readonly dtype: DType;
	/** Where its value lives; engines read and write it. */
	readonly cell: Cell;
	#leaf: Node | null = null;
	#version = 0;

	constructor(init: Node, name: string) {
		this.name = name;
		this.shape = init.shape;
		this.dtype = init.dtype;
		this.cell = new Cell(init.view());
	}

	/** A leaf of its current value; while a function is traced, a symbolic one. The same until it is assigned. */
	read(): Node {
		const trace = activeTrace();
		if (trace !== null) {
			const known = trace.current.get(this);
			if (known !== undefined) return known;
			const leaf = this.#newLeaf();
			trace.current.set(this, leaf);
			return leaf;
		}
		if (this.#leaf === null || this.#version !== this.cell.version) {
			this.#leaf = this.#newLeaf();
			this.#leaf.value = this.cell.read();
			this.#version = this.cell.version;
		}
		return this.#leaf;
	}

	/**
	 * Makes `value` the current one; computed and stored at once, or, in a compiled function, at the end of
	 * each run. Literals take the Variable's dtype. Throws ShapeError or DTypeError if it does not fit.
	 */
	assign(value: Operand): void {
		const leaf = this.read();
		const [node] = toNodes('assign', [value, leaf]) as [Node, Node]; // as many as were passed
		if (!sameShape(node.shape, this.shape))
			throw new ShapeError(
				`assign: variable ${this.name} has shape ${formatShape(this.shape)}, got ${formatShape(node.shape)}`,
			);
		if (node.dtype !== this.dtype)
			throw new DTypeError(
				`assign: variable ${this.name} is ${this.dtype}, got ${node.dtype}; cast it first`,
			);
		const trace = activeTrace();
		if (trace !== null) {
			trace.current.set(this, node);
			trace.assigned.set(this, node);
			return;
		}
		this.cell.write(node.view());
	}

	/** Its value, if it has one element. */
	item(): number {
		return this.read().item();
	}

	/** A copy of its elements in row-major order. */
	data(): Data {
		return this.read().data();
	}

	/** Its elements in nested arrays. */
	toArray(): ReturnType<Node['toArray']> {
		return this.read().toArray();
	}

	toString(): string {
		return `Variable ${this.name}: ${this.dtype}${formatShape(this.shape)}`;
	}

	#newLeaf(): Node {
		const { shape, dtype, name, cell } = this;
		return record(primitives.variable, [], { shape, dtype, name, cell });
	}
}

/** A Variable that starts with the given value, which is copied. */
export function variable(
	init: Operand,
	{ name = 'variable', dtype }: { readonly name?: string; readonly dtype?: DType } = {},
): Variable {
	return new Variable(toTensor('variable', init, dtype, undefined), name);
}
