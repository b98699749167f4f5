import { isFloating } from '../../graph/dtype.ts';
import type { Node } from '../../graph/node.ts';
import { sizeOf, stridesOf } from '../../graph/shape.ts';
import { type ParamsOf, primitives } from '../../ops/primitives.ts';
import type { Affine, Buffer, Expression } from '../ir/expression.ts';
import { fixedAt, type IndexMap, linearize, mapKey, positionOf } from '../nodes/indexMap.ts';
import { baseOf, isAlias, isLeaf, splatOf } from '../nodes/kinds.ts';
import { ruleOf } from '../nodes/rules.ts';

/** Finds the expression of a stored Node under an index map. */
export type Resolve = (node: Node, map: IndexMap) => Expression;

/** Turns Nodes into expressions, in loops of one rank; the same Node under the same index map is one expression. */
export class ExpressionBuilder {
	readonly #rank: number;
	readonly #stored: ReadonlySet<Node>;
	readonly #resolve: Resolve;
	readonly #wants: 'value' | 'memory';
	readonly #known = new Map<Node, Map<string, Expression>>();
	#count = 0;

	/** For `memory`, what is one number throughout is loaded all the same. */
	constructor(
		rank: number,
		stored: ReadonlySet<Node>,
		resolve: Resolve,
		wants: 'value' | 'memory' = 'value',
	) {
		this.#rank = rank;
		this.#stored = stored;
		this.#resolve = resolve;
		this.#wants = wants;
	}

	/** About how many expressions it has made. */
	get count(): number {
		return this.#count;
	}

	/** The element of `node` to which `map` leads from the loops. */
	at(node: Node, map: IndexMap): Expression {
		const uniform = this.#wants === 'memory' ? null : splatOf(node);
		if (uniform !== null) return { kind: 'number', dtype: node.dtype, value: uniform };
		const known = this.#known.get(node) ?? new Map<string, Expression>();
		this.#known.set(node, known);
		const key = mapKey(map);
		const found = known.get(key);
		if (found !== undefined) return found;
		const made =
			isLeaf(node) || this.#stored.has(node) || isAlias(node)
				? this.#resolve(node, map)
				: this.computed(node, map);
		known.set(key, made);
		this.#count++;
		return made;
	}

	/** The same, even if the Node is stored: how its elements are computed. */
	computed(node: Node, map: IndexMap): Expression {
		const rule = ruleOf(node);
		const x = node.inputs[0];
		const y = node.inputs[1];
		switch (rule.kind) {
			case 'iota': {
				const { axis } = node.params as ParamsOf<'iota'>; // by its rule
				return this.#converted(this.#position(map.slice(axis, axis + 1)), node.dtype);
			}
			case 'same':
			case 'checked':
			case 'after':
				if (x) return this.at(x, map);
				break;
			case 'view': {
				const inner = rule.map(map, node.params, node);
				if (x && inner) return this.at(x, inner);
				break;
			}
			case 'element':
				return this.#element(node, map);
			case 'gather':
				if (x && y) return this.#gathered(node, x, y, map);
				break;
			case 'scatterAdd':
				if (x && y) return this.#selected(node, x, y, map);
				break;
			case 'random':
				if (x) return this.#random(node, x, map);
				break;
		}
		throw new Error(`internal: ${node.primitive.name} has no expression`);
	}

	#element(node: Node, map: IndexMap): Expression {
		const rule = ruleOf(node);
		if (rule.kind !== 'element') throw new Error('internal: not elementwise');
		const { dtype } = node;
		if (rule.operation === 'add') {
			const [x, y] = node.inputs as readonly [Node, Node]; // of a sum
			const difference = this.#difference(x, y, map) ?? this.#difference(y, x, map);
			if (difference !== null) return difference;
		}
		const inputs = node.inputs.map((input) => this.at(input, map));
		return { kind: 'apply', dtype, operation: rule.operation, inputs };
	}

	/** A difference is recorded as a sum with a negative: x less what that is the negative of; null if it is no negative. */
	#difference(x: Node, negative: Node, map: IndexMap): Expression | null {
		const y = negative.primitive === primitives.neg ? negative.inputs[0] : undefined;
		if (y === undefined || this.#stored.has(negative)) return null;
		const inputs = [this.at(x, map), this.at(y, map)];
		return { kind: 'apply', dtype: x.dtype, operation: 'sub', inputs };
	}

	#gathered(node: Node, x: Node, indices: Node, map: IndexMap): Expression {
		const { axis, batch, fromEnd } = node.params as ParamsOf<'gather'>; // by its rule
		const picks = indices.shape.length - batch;
		const length = x.shape[axis] ?? 0;
		const index = this.#index(
			indices,
			[...map.slice(0, batch), ...map.slice(axis, axis + picks)],
			fromEnd ? length : null,
		);
		const sourceAt = (offset: number): Expression => {
			return this.at(x, [...map.slice(0, axis), fixedAt(offset), ...map.slice(axis + picks)]);
		};
		if (isEmpty(x)) return { kind: 'number', dtype: node.dtype, value: 0 };
		const first = sourceAt(0);
		const next = length > 1 ? sourceAt(1) : first;
		// One element, or copies of one: there is nothing to choose, whatever computes it.
		if (next === first || first.kind === 'number') return first;
		if (first.kind !== 'load' || next.kind !== 'load' || first.pick !== null)
			throw new Error('internal: a gather from what is not stored');
		// The operand may be a view of what is stored.
		const stride = next.at.offset - first.at.offset;
		// Checks may come after: an index out of range must not lead out of memory.
		return { ...first, pick: { index: clamped(index, length - 1), stride } };
	}

	/** A scatter of one update along the axis after the batch: the update where the index is the position, else 0. */
	#selected(node: Node, updates: Node, indices: Node, map: IndexMap): Expression {
		const { batch, fromEnd, size } = node.params as ParamsOf<'scatterAdd'>; // by its rule
		const index = this.#index(indices, map.slice(0, batch), fromEnd ? size : null);
		const hit: Expression = {
			kind: 'apply',
			dtype: 'bool',
			operation: 'equal',
			inputs: [index, this.#position(map.slice(batch, batch + 1))],
		};
		const { dtype } = node;
		const zero: Expression = { kind: 'number', dtype, value: 0 };
		const update = addedToZero(
			this.at(updates, [...map.slice(0, batch), ...map.slice(batch + 1)]),
			zero,
		);
		return { kind: 'apply', dtype, operation: 'where', inputs: [hit, update, zero] };
	}

	/** An index as i32, counted from the start. */
	#index(indices: Node, map: IndexMap, fromEndOf: number | null): Expression {
		const given = this.#converted(this.at(indices, map), 'i32');
		if (fromEndOf === null) return given;
		const number = (value: number): Expression => ({ kind: 'number', dtype: 'i32', value });
		const apply = (
			dtype: 'i32' | 'bool',
			operation: 'less' | 'add' | 'where',
			...inputs: Expression[]
		): Expression => ({ kind: 'apply', dtype, operation, inputs });
		return apply(
			'i32',
			'where',
			apply('bool', 'less', given, number(0)),
			apply('i32', 'add', given, number(fromEndOf)),
			given,
		);
	}

	#random(node: Node, key: Node, map: IndexMap): Expression {
		const { shape, bits, stream } = node.params as ParamsOf<'randomBits'>; // by its rule
		const batch = map.length - shape.length;
		const word = (offset: number): Expression =>
			this.at(key, [...map.slice(0, batch), fixedAt(offset)]);
		const count = this.#position(map.slice(batch), stridesOf(shape));
		return {
			kind: 'apply',
			dtype: 'i32',
			operation: 'threefry',
			inputs: [word(0), word(1), count],
			words: { bits, stream },
		};
	}

	/** The sum of positions, each times its factor. */
	#position(map: IndexMap, factors: readonly number[] = [1]): Expression {
		return { kind: 'position', dtype: 'i32', at: positionOf(map, factors, this.#rank) };
	}

	#converted(x: Expression, dtype: Node['dtype']): Expression {
		return x.dtype === dtype ? x : { kind: 'apply', dtype, operation: 'cast', inputs: [x] };
	}
}

/** What an update makes of the 0 that it is added to: itself, but -0 is 0. */
function addedToZero(update: Expression, zero: Expression): Expression {
	const { dtype } = update;
	if (!isFloating(dtype)) return update;
	if (update.kind === 'number') return { ...update, value: update.value + 0 };
	return { kind: 'apply', dtype, operation: 'add', inputs: [update, zero] };
}

/** An i32 from 0 to `high`. */
function clamped(x: Expression, high: number): Expression {
	const number = (value: number): Expression => ({ kind: 'number', dtype: 'i32', value });
	if (x.kind === 'number') return number(Math.min(Math.max(x.value, 0), high));
	const from0: Expression = {
		kind: 'apply',
		dtype: 'i32',
		operation: 'maximum',
		inputs: [x, number(0)],
	};
	return { kind: 'apply', dtype: 'i32', operation: 'minimum', inputs: [from0, number(high)] };
}

/** A load of a stored Node, or of one that is another shape of it. */
export function loadOf(
	node: Node,
	map: IndexMap,
	rank: number,
	bufferOf: (holder: Node) => Buffer,
): Expression {
	const at: Affine = linearize(map, node.shape, rank);
	return { kind: 'load', dtype: node.dtype, buffer: bufferOf(baseOf(node)), at, pick: null };
}

/** Whether a Node has no elements. */
export function isEmpty(node: Node): boolean {
	return sizeOf(node.shape) === 0;
}
