import { describe, shortened } from './describe.ts';
import { nearestName } from './nearestName.ts';

// Plain JavaScript, and casts, pass anything: every exported function asks these of what it was given, once, so
// that a mistake is reported by the function that was called, and not by what fails later.

/** A number; NaN and the infinities are numbers. */
export function checkedNumber(operation: string, name: string, value: unknown): number {
	if (typeof value !== 'number')
		throw new TypeError(`${operation}: ${name} is ${describe(value)}; it must be a number`);
	return value;
}

/** A number that is neither infinite nor NaN. */
export function checkedFinite(operation: string, name: string, value: unknown): number {
	const number = checkedNumber(operation, name, value);
	if (!Number.isFinite(number))
		throw new RangeError(`${operation}: ${name} is ${number}; it must be finite`);
	return number;
}

/** A whole number from 0. */
export function checkedCount(operation: string, name: string, value: unknown): number {
	const number = checkedNumber(operation, name, value);
	if (!Number.isInteger(number) || number < 0)
		throw new RangeError(`${operation}: ${name} is ${number}; it must be a whole number from 0`);
	return number;
}

/** A truth value, not merely something that counts as one. */
export function checkedBoolean(operation: string, name: string, value: unknown): boolean {
	if (typeof value !== 'boolean')
		throw new TypeError(`${operation}: ${name} is ${describe(value)}; it must be true or false`);
	return value;
}

/** A string. */
export function checkedString(operation: string, name: string, value: unknown): string {
	if (typeof value !== 'string')
		throw new TypeError(`${operation}: ${name} is ${describe(value)}; it must be a string`);
	return value;
}

/** A function. */
export function checkedFunction<F>(operation: string, name: string, value: F): NonNullable<F> {
	if (typeof value !== 'function')
		throw new TypeError(`${operation}: ${name} is ${describe(value)}; it must be a function`);
	return value as NonNullable<F>; // it is a function
}

/** All names of `Options`, in any order: a list that lacks one does not compile. */
type NamesOf<Options, Known extends readonly unknown[]> = [keyof Options] extends [Known[number]]
	? Known
	: { readonly missing: Exclude<keyof Options, Known[number]> };

/**
 * An object of options, whose fields are still to be checked; none if left out. `known` are the names of those that
 * there are: any other is refused, and what was meant named.
 */
export function checkedOptions<
	Options extends object,
	const Known extends readonly (keyof Options)[],
>(
	operation: string,
	options: Options | undefined,
	known: NamesOf<Options, Known>,
): Partial<Options> {
	if (options === undefined) return {};
	if (typeof options !== 'object' || options === null) refuseOptions(operation, options);
	const names = known as readonly string[]; // no call that compiles passes the other
	const given = Object.keys(options);
	for (const name of given)
		if (!names.includes(name)) refuseOption(operation, options, name, names);
	// A Map, say, which has a size, or an empty array.
	const hasNone = Symbol.iterator in options || !names.some((name) => name in options);
	if (given.length === 0 && !isPlain(options) && hasNone) refuseOptions(operation, options);
	return options;
}

function refuseOption(
	operation: string,
	options: object,
	name: string,
	names: readonly string[],
): never {
	if (!isPlain(options)) refuseOptions(operation, options);
	const meant = nearestName(name, names);
	const list = meant === undefined ? 'the options are' : `did you mean ${meant}? The options are`;
	throw new TypeError(
		`${operation}: there is no option ${shortened(name)}; ${list} ${names.join(', ')}`,
	);
}

function refuseOptions(operation: string, options: unknown): never {
	throw new TypeError(
		`${operation}: options are ${describe(options)}; they must be an object of named options`,
	);
}

/** An object of named parts, whose fields are still to be checked, and which may have others. */
export function checkedObject<Whole extends object>(
	operation: string,
	name: string,
	value: Whole,
): Partial<Whole> {
	if (typeof value !== 'object' || value === null || Array.isArray(value))
		throw new TypeError(`${operation}: ${name} is ${describe(value)}; it must be an object`);
	return value;
}

/** Whether a value is an object of named parts, of this realm or another, and not of a class. */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
	if (typeof value !== 'object' || value === null) return false;
	const prototype: unknown = Object.getPrototypeOf(value);
	return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** An array of anything, whose elements are still to be checked. */
export function checkedList<Item>(
	operation: string,
	name: string,
	list: readonly Item[],
): readonly Item[] {
	// The length of a Proxy may be anything.
	if (!Array.isArray(list) || !Number.isSafeInteger(list.length))
		throw new TypeError(
			`${operation}: ${name} is ${describe(list)}; it must be an array, ${exampleOf(list)}`,
		);
	return list;
}

/** What an array would be like, instead of what was passed. */
function exampleOf(passed: unknown): string {
	return typeof passed === 'number' ? `such as [${passed}]` : 'if only of one';
}

/** A copy of an array of numbers, which nobody changes afterwards. */
export function checkedNumbers(
	operation: string,
	name: string,
	list: readonly number[],
	maxNumbers: number,
): number[] {
	const { length } = checkedList(operation, name, list);
	if (length > maxNumbers)
		throw new RangeError(
			`${operation}: ${name} holds ${length} numbers; the most are ${maxNumbers}`,
		);
	const numbers: number[] = [];
	for (let i = 0; i < length; i++) {
		const number: unknown = list[i];
		// Shapes are made by the thousand: the words only where they are needed.
		if (typeof number !== 'number') checkedNumber(operation, `entry ${i} of ${name}`, number);
		else numbers.push(number);
	}
	return numbers;
}
