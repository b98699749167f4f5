import { Node, type Operand } from '@pullback/core';
import { checkedBoolean, checkedObject, checkedOptions, isPlain } from '@pullback/core/arguments';
import { isDrawable, listOf } from './numbers.ts';
import type { Scale } from './ticks.ts';

/** A curve with more than its values: tensors of one axis [n] each. */
export interface Curve {
	/** How high it is; where a value is NaN or infinite, the curve has a gap. */
	readonly values: Operand;
	/** Where along the horizontal axis each value stands; 0, 1, 2, ... if left out. */
	readonly positions?: Operand;
	/** The lower edge of a band around the curve, such as the least of several runs; given with `high`. */
	readonly low?: Operand;
	/** The upper edge. */
	readonly high?: Operand;
	/** Whether a line joins the values; true if left out. Values that are not joined, such as measurements, are points. */
	readonly joined?: boolean;
}

/** Curves by name: their values [n], or more of them. */
export interface Curves {
	readonly [name: string]: Operand | Curve;
}

/** A curve that has been read and checked. */
export interface Points {
	readonly name: string;
	readonly x: readonly number[];
	/** NaN where nothing can be drawn. */
	readonly y: readonly number[];
	/** As long as `y`. */
	readonly band: { readonly low: readonly number[]; readonly high: readonly number[] } | null;
	/** Whether a line joins them. */
	readonly isJoined: boolean;
	/** What could not be drawn, in words; null if everything could. */
	readonly note: string | null;
}

/** The curves that a user gave. */
export function checkedCurves(operation: string, curves: Curves, scale: Scale): Points[] {
	if (!isPlain(checkedObject(operation, 'curves', curves)))
		throw new TypeError(`${operation}: curves must be a plain object of tensors by name`);
	const entries = Object.entries(curves);
	if (entries.length === 0)
		throw new RangeError(`${operation}: there is no curve; it must be given one at least`);
	return entries.map(([name, curve]) => pointsOf(operation, name, curve, scale));
}

const parts = ['values', 'positions', 'low', 'high', 'joined'] as const;

function pointsOf(operation: string, name: string, given: Operand | Curve, scale: Scale): Points {
	const what = (part: string): string => `${part} of the curve ${JSON.stringify(name)}`;
	const curve = isCurve(given)
		? checkedOptions<Curve, typeof parts>(operation, given, parts)
		: { values: given };
	if (curve.values === undefined)
		throw new TypeError(`${operation}: there are no ${what('values')}; they must be a tensor`);
	const values = listOf(operation, what('values'), curve.values);
	const numbersOf = (part: 'positions' | 'low' | 'high'): readonly number[] | null => {
		const operand =
			'values' in curve && part in curve ? (curve as Partial<Curve>)[part] : undefined;
		if (operand === undefined) return null;
		const numbers = listOf(operation, what(part), operand);
		if (numbers.length === values.length) return numbers;
		throw new RangeError(
			`${operation}: there are ${numbers.length} ${what(part)}; there must be ${values.length}, as there are values`,
		);
	};
	const [positions, low, high] = [numbersOf('positions'), numbersOf('low'), numbersOf('high')];
	if ((low === null) !== (high === null))
		throw new TypeError(
			`${operation}: ${what(low === null ? 'low' : 'high')} is left out; a band has both edges`,
		);
	const x = positions ?? Array.from(values.keys());
	const joined = 'joined' in curve ? curve.joined : undefined;
	const canBeDrawn = (number: number): boolean =>
		isDrawable(number) && (scale === 'linear' || number > 0);
	const y = values.map((value, i) =>
		canBeDrawn(value) && isDrawable(x[i] ?? Number.NaN) ? value : Number.NaN,
	);
	const edge = (numbers: readonly number[]): number[] =>
		numbers.map((number, i) =>
			canBeDrawn(number) && !Number.isNaN(y[i] ?? 0) ? number : Number.NaN,
		);
	return {
		name,
		x,
		y,
		band: low === null || high === null ? null : { low: edge(low), high: edge(high) },
		isJoined: joined === undefined ? true : checkedBoolean(operation, what('joined'), joined),
		note: noteOf(name, values, x, scale),
	};
}

/** Whether what was given is a curve with more than values, and not a tensor. */
function isCurve(given: Operand | Curve): given is Curve {
	return !(given instanceof Node) && isPlain(given) && !('read' in given);
}

function noteOf(
	name: string,
	values: readonly number[],
	x: readonly number[],
	scale: Scale,
): string | null {
	const counts = [
		[values.filter(Number.isNaN).length, 'NaN'],
		[
			values.filter((value) => !Number.isNaN(value) && !isDrawable(value)).length,
			'infinite or beyond 1e300',
		],
		[
			scale === 'log' ? values.filter((value) => value <= 0 && isDrawable(value)).length : 0,
			'not above 0',
		],
		[x.filter((position) => !isDrawable(position)).length, 'at no finite position'],
	] as const;
	const said = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
	return said.length === 0
		? null
		: `Gaps in ${name}: of ${values.length} values, ${said.join(', ')}.`;
}
