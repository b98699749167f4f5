// What the types of layers say about the lengths of axes, for `sequential` to compare neighbours. A layer states it in a
// field `~lengths`, which is declared and never there. The compiler alone reads these types; they have no values.

/** The axes whose length a layer may turn into another one. */
type Axis = 'last' | 'channels' | 'spatial' | 'none';

/**
 * That a layer takes the length `Takes` along an axis, and returns `Returns`. None of it is in a member, so it does not
 * decide which layer may stand for which: an array of layers takes those of other lengths, too.
 */
export interface Turns<_Along extends Axis, _Takes extends number, _Returns extends number> {
	readonly is: 'a statement about lengths';
}

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
	? LengthsBetween<Rest, After<First, Before>, readonly [...Found, Before]>
	: readonly [...Found, Before];

type Stated<Layer> = '~lengths' extends keyof Layer ? NonNullable<Layer['~lengths']> : unknown;

type After<Layer, Before> =
	Stated<Layer> extends Turns<infer Along, number, infer Returns>
		? Along extends 'none'
			? Before
			: Along extends 'spatial'
				? Before extends Known<'channels', number>
					? Before
					: unknown
				: Known<Along, Returns>
		: unknown;

/** What is wrong with a layer after what is known before it; `unknown` where nothing is. */
export type Misfit<Layer, Before> =
	Before extends Known<infer Along, infer Given>
		? Stated<Layer> extends Turns<infer Own, infer Takes, number>
			? [Own, Takes & Given] extends [Along, never]
				? `takes ${Shown<Along, Takes>}, is given ${Shown<Along, Given>}`
				: unknown
			: unknown
		: unknown;

/** A shape in which one length is known. */
type Shown<Along extends Axis, Length extends number> = Along extends 'last'
	? `[..., ${Length}]`
	: `[batch, ${Length}, ...]`;
