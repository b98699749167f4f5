import {
	arange,
	formatShape,
	greaterEqual,
	type Node,
	type Shape,
	ShapeError,
	scatterAdd,
	tensor,
	zeros,
} from '@pullback/core';
import { checkedNode, checkedObject } from '@pullback/core/arguments';

// A type and no interface, so that compiled functions take and return it.
/**
 * The keys and values of the tokens that an attention has seen, for texts that grow token by token. It is never changed:
 * each step returns the next one. Its shapes stay the same, so that one compiled step serves all of them.
 */
export type KeyValueCache = {
	/** [..., heads, capacity, width of a head], 0 from `length` on. */
	readonly keys: Node;
	/** [..., heads, capacity, width of a head], 0 from `length` on. */
	readonly values: Node;
	/** The number of tokens so far, an i32 scalar. */
	readonly length: Node;
};

// A type, as above.
/** What a step with a cache returns. */
export type CachedOutput<Cache> = {
	/** The outputs for the tokens of the step, [..., tokens, width]. */
	readonly outputs: Node;
	/** The cache with these tokens. */
	readonly cache: Cache;
};

/** A cache of no tokens yet. */
export function noTokens(shape: Shape, dtype: 'f32' | 'f64'): KeyValueCache {
	const none = zeros(shape, { dtype });
	return { keys: none, values: none, length: tensor(0, { dtype: 'i32' }) };
}

/** A cache that fits keys and values of further tokens, [..., heads, tokens, width]. */
export function checkedCache(cache: KeyValueCache, more: Node): KeyValueCache {
	const parts = checkedObject('forwardCached', 'the cache', cache);
	const { keys, values, length } = { ...parts } as KeyValueCache; // what is left out is refused below
	for (const [name, part] of Object.entries({ keys, values, length }))
		checkedNode('forwardCached', `the cache’s ${name}`, part);
	const rank = more.shape.length;
	for (const [name, { shape }] of Object.entries({ keys, values })) {
		const wanted = more.shape.with(rank - 2, shape.at(-2) ?? 0);
		if (formatShape(shape) !== formatShape(wanted))
			throw new ShapeError(
				`forwardCached: the cache’s ${name} have shape ${formatShape(shape)}; they must be ${formatShape(wanted)} for these tokens`,
			);
	}
	return { keys, values, length };
}

/** The cache with further keys and values, [..., heads, tokens, width]. Beyond its capacity, a RangeError when it is computed. */
export function extended(cache: KeyValueCache, keys: Node, values: Node): KeyValueCache {
	const [tokens = 0] = keys.shape.slice(-2);
	const positions = arange(0, tokens, 1, { dtype: 'i32' }).add(cache.length);
	const written = (held: Node, more: Node): Node => {
		const axis = held.shape.length - 2;
		const [size = 0] = held.shape.slice(axis);
		return held.add(scatterAdd(more, positions, { axis, size, fromEnd: false }));
	};
	return {
		keys: written(cache.keys, keys),
		values: written(cache.values, values),
		length: cache.length.add(tokens),
	};
}

/** Which keys of a cache the tokens after `length` others see: those up to themselves, [tokens, capacity]. */
export function seenBy(tokens: number, length: Node, capacity: number): Node {
	const along = (count: number): Node => arange(0, count, 1, { dtype: 'i32' });
	return greaterEqual(along(tokens).add(length).expandDims(-1), along(capacity));
}
