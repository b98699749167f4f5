import { checkedFunction, checkedList, checkedOptions, checkedString } from '../graph/arguments.ts';
import { describe } from '../graph/describe.ts';
import { allocate, type Data, type DType } from '../graph/dtype.ts';
import { DTypeError, ShapeError } from '../graph/errors.ts';
import { Late } from '../graph/late.ts';
import { checkedNode, type Node, record } from '../graph/node.ts';
import { formatShape, type Shape, sameShape } from '../graph/shape.ts';
import { constant, isLiteral, type Operand, toNode, toNodes, toTensor } from '../ops/operand.ts';
import { primitives } from '../ops/primitives.ts';
import { Cell } from './engine.ts';
import { held, notThere } from './late.ts';
import { substituteOf, withSubstitutes } from './substitutes.ts';
import { activeTrace } from './trace.ts';
import { nodeText, typeText, valueText } from './valueText.ts';

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
		checkedNode('Variable', 'the initial value', init);
		this.name = checkedString('Variable', 'name', name);
		this.shape = init.shape;
		this.dtype = init.dtype;
		this.cell = new Cell(held(init));
	}

	/** A leaf of its current value; while a function is traced, a symbolic one. The same until it is assigned. */
	read(): Node {
		const substitute = substituteOf(this);
		if (substitute !== undefined) return substitute;
		const trace = activeTrace();
		if (trace !== null) {
			const known = trace.current.get(this);
			if (known !== undefined) return known;
			const leaf = this.#newLeaf();
			trace.current.set(this, leaf);
			trace.leaves.add(leaf);
			return leaf;
		}
		if (this.#leaf === null || this.#version !== this.cell.version) {
			this.#leaf = this.#leafOf(this.cell.content());
			this.#version = this.cell.version;
		}
		return this.#leaf;
	}

	/**
	 * Makes `value` the current one; computed and stored at once, or, in a compiled function, at the end of
	 * each run. Literals take the Variable's dtype. Throws ShapeError or DTypeError if it does not fit.
	 */
	assign(value: Operand): void {
		assignAll([[this, value]]);
	}

	/**
	 * Its name, dtype, shape and elements, as NumPy shows an array, or what it stands for; nothing is read by a function that
	 * is traced.
	 */
	toString(): string {
		const substitute = substituteOf(this);
		if (substitute !== undefined) return `Variable ${this.name}: ${nodeText(substitute)}`;
		const title = `Variable ${this.name}: ${typeText(this)}`;
		if (activeTrace() !== null) return `${title}, symbolic: no value while a function is compiled`;
		try {
			const value = this.cell.content();
			const data = value instanceof Late ? value.data : value;
			if (data === null) return `${title}, ${notThere}`;
			return valueText(title, this, (index) => data[index] ?? 0);
		} catch (error) {
			return `${title}, no value: ${error instanceof Error ? error.message : String(error)}`;
		}
	}

	#leafOf(value: Data | Late): Node {
		if (value instanceof Late) return this.#newLeaf(value);
		const leaf = this.#newLeaf();
		leaf.value = value;
		return leaf;
	}

	#newLeaf(late?: Late): Node {
		const { shape, dtype, name, cell } = this;
		const params = { shape, dtype, name, cell };
		return record(primitives.variable, [], late === undefined ? params : { ...params, late });
	}
}

/** Assigns several Variables: all values are checked and computed before the first is stored. */
export function assignAll(assignments: readonly (readonly [Variable, Operand])[]): void {
	const nodes = Array.from(checkedList('assignAll', 'assignments', assignments), fitting);
	const trace = activeTrace();
	const values = trace === null ? nodes.map(held) : [];
	for (const [i, [target]] of assignments.entries()) {
		const [node, value] = [nodes[i], values[i]];
		if (trace === null && value !== undefined) target.cell.write(value);
		else if (trace !== null && node !== undefined) {
			// What is read afterwards is a value, as without a trace: derivatives do not reach behind it.
			trace.current.set(target, record(primitives.stopGradient, [node], null));
			trace.assigned.set(target, node);
		}
	}
}

function fitting(assignment: readonly [Variable, Operand], at: number): Node {
	checkedList('assignAll', `assignments[${at}]`, assignment);
	const [target, value] = assignment;
	if (!(target instanceof Variable))
		throw new TypeError(
			`assignAll: assignments[${at}] begins with ${describe(target)}; it must be [Variable, value]`,
		);
	if (substituteOf(target) !== undefined)
		throw new TypeError(
			`assign: variable ${target.name} stands for another value here, which cannot be assigned; assign it outside`,
		);
	// Not by its value, which may have been lost.
	const model = constant(allocate(target.dtype, 1), [], target.dtype);
	const [node] = toNodes('assign', [value, model]) as [Node, Node]; // as many as were passed
	if (!sameShape(node.shape, target.shape))
		throw new ShapeError(
			`assign: variable ${target.name} has shape ${formatShape(target.shape)}, got ${formatShape(node.shape)}`,
		);
	if (node.dtype !== target.dtype)
		throw new DTypeError(
			`assign: variable ${target.name} is ${target.dtype}, got ${node.dtype}; cast it first`,
		);
	return node;
}

/**
 * Runs `f`, a synchronous function, while each Variable in `values` stands for the value that it has there: what it is
 * read as, and differentiated in. The Variables keep their own values, and cannot be assigned meanwhile. Values have the
 * shapes of their Variables and may be of any dtype; literals take the Variable's. Compiled functions that `f` calls are
 * part of it. Throws ShapeError if a value does not fit, TypeError where one of the Variables is assigned.
 */
export function substituting<Result>(
	values: ReadonlyMap<Variable, Operand>,
	f: () => Result,
): Result {
	if (!(values instanceof Map))
		throw new TypeError(
			`substituting: values is ${describe(values)}; it must be a Map of Variables and values`,
		);
	checkedFunction('substituting', 'f', f);
	const substitutes = new Map<Variable, Node>();
	for (const [variable, value] of values) {
		if (!(variable instanceof Variable))
			throw new TypeError(
				`substituting: values has ${describe(variable)} for a key; it must be a Variable`,
			);
		const name = `the value of ${variable.name}`;
		substitutes.set(variable, checkedSubstitute('substituting', name, variable, value));
	}
	return withSubstitutes(substitutes, f);
}

/** What a Variable shall stand for: of its shape, and literals of its dtype. */
export function checkedSubstitute(
	operation: string,
	name: string,
	variable: Variable,
	value: Operand,
): Node {
	const node = isLiteral(value)
		? toTensor(operation, value, variable.dtype, undefined)
		: toNode(operation, value);
	if (!sameShape(node.shape, variable.shape))
		throw new ShapeError(
			`${operation}: ${name} has shape ${formatShape(node.shape)}; it must have that of the Variable, ${formatShape(variable.shape)}`,
		);
	return node;
}

/** How to make a Variable. */
export interface VariableOptions {
	/** What errors and pictures call it; 'variable' if left out. */
	readonly name?: string;
	/** Left out, that of the first value. */
	readonly dtype?: DType;
}

/** A Variable that starts with the given value, which is copied. */
export function variable(init: Operand, options?: VariableOptions): Variable {
	const { name = 'variable', dtype } = checkedOptions('variable', options, ['name', 'dtype']);
	checkedString('variable', 'name', name);
	return new Variable(toTensor('variable', init, dtype, undefined), name);
}
