// What the types of layers say about the lengths of axes, for `sequential` to compare neighbours. A layer states it in a
// field `~lengths`, which is declared and never there. The compiler alone reads these types; they have no values.

/** The axes whose length a layer may turn into another one. */
type Axis = 'last' | 'channels' | 'spatial' | 'none';

/**
 * That a layer takes the length `Takes` along an axis, and returns `Returns`. The lengths are names of members that may be
 * missing: a layer may stand for one of other lengths, as in an array that grows, yet is none of its subtypes, so an
 * array of both, or a choice, is known to be of either.
 */
export interface Turns<_Along extends Axis, Takes extends number, Returns extends number> {
	readonly takes: Names<Takes>;
	readonly returns: Names<Returns>;
}

/** The lengths as names; with another one, as types of which no member is in common are not assignable. */
type Names<Length extends number> = { readonly [Each in Length | 'length']?: true };

/** That the result has the shape of the input. */
export type KeepsShape = Turns<'none', number, number>;

/** That the result has the shape of the input but for its spatial axes. */
export type KeepsChannels = Turns<'spatial', number, number>;

/** A length between two layers. */
interface Known<Along extends Axis, Length extends number> {
	readonly along: Along;
	readonly length: Length;
}

/** What is known before each layer of a sequence, and after the last one; `unknown` where nothing is. */
export type LengthsBetween<
	Layers extends readonly unknown[],
	Before = unknown,
	Found extends readonly unknown[] = readonly [],
> = Layers extends readonly [infer First, ...infer Rest]
	? LengthsBetween<Rest, Turned<Stated<First>, Before>, readonly [...Found, Before]>
	: readonly [...Found, Before];

type Stated<Layer> = '~lengths' extends keyof Layer ? NonNullable<Layer['~lengths']> : unknown;

/** What is known after a layer: one of several, where the layer is. */
type Turned<Statement, Before> =
	Statement extends Turns<infer Along, number, infer Returns>
		? Along extends 'none'
			? Before
			: Along extends 'spatial'
				? Before extends Known<'channels', number>
					? Before
					: unknown
				: Known<Along, Returns>
		: unknown;

/** What is wrong with a layer after what is known before it; `unknown` where nothing is. */
export type Misfit<Layer, Before> = Wrong<Stated<Layer>, Before>;

type Wrong<Statement, Before> =
	Before extends Known<infer Along, infer Given>
		? Statement extends Turns<infer Own, infer Takes, number>
			? [Own, Takes & Given] extends [Along, never]
				? `takes ${Shown<Along, Takes>}, is given ${Shown<Along, Given>}`
				: unknown
			: unknown
		: unknown;

/** A shape in which one length is known. */
type Shown<Along extends Axis, Length extends number> = Along extends 'last'
	? `[..., ${Length}]`
	: `[batch, ${Length}, ...]`;
