import {
	assignAll,
	DTypeError,
	type Node,
	type Shape,
	ShapeError,
	topologicalOrder,
	type Variable,
} from '@pullback/core';
import { factorsOf } from './factors.ts';
import { sizeOf, type Value } from './value.ts';

/** What an instruction writes: its last value, which later ones find; null where it does not fit. */
export type Form = (at: Place) => Value | null;

/** One step of a random function. Numbers are taken for what there is to choose from, by their remainder. */
export interface Instruction {
	readonly form: number;
	/** From 0 on, leaves; below 0, values counted from the last. */
	readonly operand: number;
	readonly choices: readonly number[];
}

/** A Variable with its name in the code. */
export interface NamedVariable {
	readonly variable: Variable;
	readonly code: string;
}

/** Where an instruction stands: its operand, what it may choose, and what it may use. */
export interface Place {
	/** The operand. */
	readonly x: Value;
	readonly variables: readonly NamedVariable[];
	/** One of 0, 1, ... count - 1. */
	choose(count: number): number;
	/** One of several. */
	one<Item>(items: readonly Item[]): Item;
	/** A value, of those for which it holds, any of them; null if there is none. */
	find(fits: (value: Value) => boolean): Value | null;
	/** The value under a name of its own, which may be used several times. */
	bind(value: Value): Value;
	/** Assigns all these at once. */
	assign(pairs: readonly (readonly [NamedVariable, Value])[]): void;
	/** A parameter of the model of this shape: a Variable of its own, as read. */
	parameter(shape: Shape): Value;
}

/** A function as it is being written: its values, and its code. */
export class Writer {
	readonly leaves: readonly Value[];
	/** In order, one for each leaf and instruction. */
	readonly values: Value[];
	readonly lines: string[];
	readonly #variables: readonly NamedVariable[];
	readonly #parameterOf: (shape: Shape) => Value;
	readonly #budget: number;
	/** What values are made of. */
	readonly #operands = new Set<Node>();
	#spent = 0;
	#names = 0;

	constructor(
		leaves: readonly Value[],
		variables: readonly NamedVariable[],
		budget: number,
		parameterOf: (shape: Shape) => Value,
	) {
		this.leaves = leaves;
		this.values = [...leaves];
		this.lines = [];
		this.#variables = variables;
		this.#budget = budget;
		this.#parameterOf = parameterOf;
	}

	/** Carries out an instruction. One that does not fit stands for its operand, so that later ones find theirs. */
	write(form: Form, { operand, choices }: Instruction): void {
		const { leaves, values, lines } = this;
		const x =
			operand < 0 || leaves.length === 0
				? values.at(-1 - ((-1 - Math.min(operand, -1)) % values.length))
				: leaves[operand % leaves.length];
		if (x === undefined) return;
		const written = lines.length;
		const assignments: (readonly [NamedVariable, Value])[][] = [];
		let used = 0;
		const choose = (count: number): number => (choices[used++ % choices.length] ?? 0) % count;
		const bound: Value[] = [];
		const place: Place = {
			x,
			variables: this.#variables,
			choose,
			one: (items) => items[choose(items.length)] as (typeof items)[number], // in range
			find: (fits) => {
				const found = values.filter(fits);
				return found.length === 0 ? null : (found.at(-1 - choose(found.length)) ?? null);
			},
			bind: (value) => {
				const named = this.bind(value);
				bound.push(named);
				return named;
			},
			assign: (pairs) => {
				assignments.push([...pairs]);
				for (const [, value] of pairs) bound.push(value);
			},
			parameter: this.#parameterOf,
		};
		const result = attempt(() => form(place));
		const roots = result === null ? [] : [...bound, result];
		const cost = costOf(roots, values);
		if (result === null || this.#spent + cost > this.#budget) {
			lines.length = written;
			values.push(x);
			return;
		}
		this.#spent += cost;
		this.#noteOperands(roots);
		values.push(this.bind(result));
		for (const pairs of assignments) {
			assignAll(pairs.map(([{ variable }, { node }]) => [variable, node]));
			lines.push(
				pairs.length === 1
					? pairs.map(([to, value]) => `${to.code}.assign(${value.code});`).join('')
					: `assignAll([${pairs.map(([to, value]) => `[${to.code}, ${value.code}]`).join(', ')}]);`,
			);
		}
	}

	/** Gives a value a name, if it has none. */
	bind(value: Value): Value {
		if (isName(value.code)) return value;
		const code = `v${this.#names++}`;
		this.lines.push(`const ${code} = ${value.code};`);
		return { node: value.node, code };
	}

	/** Notes what new values are made of: once they are computed, as for an assignment, they may have let go of it. */
	#noteOperands(roots: readonly Value[]): void {
		const known = new Set(this.values.map(({ node }) => node));
		const order = topologicalOrder(
			roots.map(({ node }) => node),
			(node) => known.has(node),
		);
		for (const node of order) {
			// In a compiled function, what is read of a Variable is made of what was assigned; elsewhere it is not.
			if (node.primitive.name === 'stopGradient') continue;
			for (const input of node.inputs) this.#operands.add(input);
		}
	}

	/** The values that no other is made of, each once. */
	unused(): Value[] {
		const seen = new Set<Node>();
		return this.values.filter(({ node }) => {
			if (this.#operands.has(node) || seen.has(node)) return false;
			seen.add(node);
			return true;
		});
	}
}

export function isName(code: string): boolean {
	return /^\w+$/.test(code);
}

/** What does not fit the operands is refused by the operations themselves, in words of theirs. */
function attempt(write: () => Value | null): Value | null {
	try {
		return write();
	} catch (error) {
		if (error instanceof ShapeError || error instanceof DTypeError || error instanceof RangeError)
			return null;
		throw error;
	}
}

/** About how many steps the interpreter takes for what is new. */
function costOf(roots: readonly Value[], known: readonly Value[]): number {
	const old = new Set(known.map(({ node }) => node));
	let cost = 0;
	for (const node of topologicalOrder(
		roots.map(({ node }) => node),
		(node) => old.has(node),
	)) {
		const size = sizeOf({ node, code: '' });
		const { name } = node.primitive;
		const inner = factorsOf(node);
		cost += size * (name === 'sort' || name === 'argsort' ? 20 : inner) + 1;
	}
	return cost;
}
