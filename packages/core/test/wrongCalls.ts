import { type Hostile, hostileValues } from './hostileValues.ts';

/** A call that is wrong in one place. */
export interface WrongCall {
	readonly label: string;
	readonly args: readonly unknown[];
	/** What was put there. */
	readonly hostile: Hostile | null;
	/** Whether a result would be wrong, whatever it is. */
	readonly mustFail: boolean;
}

/** How deep inside of arguments values are put. */
const deepest = 2;

/** Which arguments are attacked, and how. */
export interface Attacked {
	/** How many arguments at the front are not attacked, such as the object of a method. */
	readonly kept?: number;
	/** Arguments that are attacked as a whole, and not inside. */
	readonly whole?: readonly number[];
	/** Arguments that are objects of other things than options, and may hold more than are known. */
	readonly records?: readonly number[];
}

/** Calls that differ from a right one in one place. */
export function* wrongCalls(
	example: () => readonly unknown[],
	{ kept = 0, whole = [], records = [] }: Attacked,
): Generator<WrongCall> {
	const { length } = example();
	for (let at = kept; at < length; at++) {
		yield {
			label: `without arguments from ${at} on`,
			args: example().slice(0, at),
			hostile: null,
			mustFail: false,
		};
		yield {
			label: `argument ${at} in an array`,
			args: example().with(at, [example()[at]]),
			hostile: null,
			mustFail: false,
		};
		const right = example()[at];
		if (isPlain(right) && !whole.includes(at) && !records.includes(at))
			yield {
				label: `argument ${at} has an option that there is not`,
				args: example().with(at, { ...right, lr: 0.1 }),
				hostile: null,
				mustFail: true,
			};
		for (const hostile of hostileValues)
			for (const { label, value, mustFail } of placed(
				example()[at],
				hostile,
				`argument ${at}`,
				whole.includes(at) ? deepest : 0,
			))
				yield { label, args: example().with(at, value), hostile, mustFail };
	}
	for (const hostile of hostileValues)
		yield {
			label: `one more argument, ${hostile.label}`,
			args: [...example(), hostile.make()],
			hostile,
			mustFail: false,
		};
}

interface Placed {
	readonly label: string;
	readonly value: unknown;
	readonly mustFail: boolean;
}

/** A right argument with a hostile value in its place, and in every place inside of it. */
function* placed(
	right: unknown,
	hostile: Hostile,
	place: string,
	depth: number,
): Generator<Placed> {
	const mustFail = hostile.isNever === true;
	yield { label: `${place} is ${hostile.label}`, value: hostile.make(), mustFail };
	if (depth === deepest) return;
	if (typeof right === 'function') {
		const value = (): unknown => hostile.make();
		yield { label: `${place} returns ${hostile.label}`, value, mustFail: false };
	}
	if (Array.isArray(right))
		for (const [i, item] of right.entries())
			for (const inner of placed(item, hostile, `${place}[${i}]`, depth + 1))
				yield { ...inner, value: right.with(i, inner.value) };
	if (isPlain(right))
		for (const [key, item] of Object.entries(right))
			for (const inner of placed(item, hostile, `${place}.${key}`, depth + 1))
				yield { ...inner, value: { ...right, [key]: inner.value } };
}

function isPlain(value: unknown): value is Record<string, unknown> {
	return (
		typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
	);
}
