import { grad } from '@pullback/core';
import { call, rankOf, sizeOf, type Value } from './value.ts';

/** One statement of a function over Variables, as its kind and what that kind may choose. */
export interface Statement {
	readonly kind: number;
	readonly choices: readonly number[];
}

/** What statements do to Variables, which they know by number. */
export interface Assigner {
	read(at: number): Value;
	assign(pairs: readonly (readonly [number, Value])[]): void;
}

/** Where a statement stands: the function's argument, its current value, and so many Variables of the same shape. */
interface Surroundings extends Assigner {
	readonly x: Value;
	readonly y: Value;
	readonly count: number;
	choose(count: number): number;
}

/** Another current value, of the same shape and dtype. Values stay of ordinary size, however often they come round. */
type Rule = (at: Surroundings) => Value;

const halved = (x: Value): Value => call(x, 'mul', 0.5);

/** Kinds of statements, the simplest first. */
export const statements: readonly Rule[] = [
	({ y }) => y,
	({ read, count, choose }) => read(choose(count)),
	({ y, read, count, choose }) => halved(call(y, 'add', read(choose(count)))),
	({ y, read, count, choose }) => call(call(read(choose(count)), 'mul', y), 'tanh'),
	({ y, assign, count, choose }) => {
		assign([[choose(count), y]]);
		return y;
	},
	// A copy, and a swap, at once or one after the other.
	({ y, read, assign, count, choose }) => {
		assign([[choose(count), read(choose(count))]]);
		return y;
	},
	({ y, read, assign, count, choose }) => {
		const [a, b] = [choose(count), choose(count)];
		const [before, after] = [read(a), read(b)];
		if (a !== b && choose(2) === 0)
			assign([
				[a, after],
				[b, before],
			]);
		else {
			assign([[a, after]]);
			assign([[b, before]]);
		}
		return y;
	},
	({ y }) => call(y, 'flip'),
	({ y, read, assign, count, choose }) => {
		const at = choose(count);
		const w = read(at);
		assign([[at, halved(call(w, 'add', call(call(w, 'flip'), 'mul', y)))]]);
		return y;
	},
	({ y }) => call(y, 'sub', call(y, sizeOf(y) === 0 ? 'sum' : 'mean')),
	({ y }) => (rankOf(y) === 2 && y.node.shape[0] === y.node.shape[1] ? call(y, 'transpose') : y),
	({ x, y }) => halved(call(x, 'add', y)),
	// A step down the gradient of a Variable.
	({ y, read, assign, count, choose }) => {
		const at = choose(count);
		const w = read(at);
		const loss = call(call(call(call(w, 'tanh'), 'sub', y), 'square'), 'sum');
		const [node] = grad(loss.node, [w.node]);
		const g = { node, code: `grad(${loss.code}, [${w.code}])[0]` };
		assign([[at, call(w, 'sub', call(g, 'mul', 0.1))]]);
		return g;
	},
];
