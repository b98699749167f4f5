import { getHeapStatistics } from 'node:v8';
import {
	DTypeError,
	dtypes,
	Node,
	NonFiniteError,
	OutOfMemoryError,
	ShapeError,
	Variable,
} from '../src/index.ts';
import { type Hostile, hostileValues, Trap } from './hostileValues.ts';

/** A function that a package exports, and calls of it that are right. */
export interface Subject {
	/** Makes the call; of what makes functions, it calls those, too. */
	readonly call: (...args: readonly unknown[]) => unknown;
	/** Argument lists that are right, each made anew. */
	readonly examples: readonly (() => readonly unknown[])[];
	/** How many arguments at the front are not attacked, such as the object of a method. */
	readonly kept?: number;
	/** Arguments that are attacked as a whole, and not inside. */
	readonly whole?: readonly number[];
	/** How long right calls may take, beyond what errors may. */
	readonly milliseconds?: number;
	/** How its errors may begin, other than by its own name: parts that it is made of. */
	readonly parts?: readonly string[];
}

/** A call that is wrong in one place. */
interface WrongCall {
	readonly label: string;
	readonly args: readonly unknown[];
	/** What was put there. */
	readonly hostile: Hostile | null;
	/** Whether a result would be wrong, whatever it is. */
	readonly mustFail: boolean;
}

const milliseconds = 100;
const megabytes = 50;
/** Results of more elements are not computed. */
const mostElements = 100_000;

const ours: readonly (new (...args: never[]) => Error)[] = [
	ShapeError,
	DTypeError,
	RangeError,
	TypeError,
	OutOfMemoryError,
	NonFiniteError,
];

/** How engines of JavaScript put it. */
const engineWords =
	/is not (a function|iterable|a constructor|defined|an object)|Cannot (read|destructure|convert|set|mix|perform|create|assign)|Invalid (typed |string |array )|Maximum call stack|internal|allocation failed|out of bounds|incompatible receiver|\[object |undefined is/;

/** What is wrong about how a function takes wrong arguments, each in a line; `more` are further classes of errors that are ours. */
export function faults(
	name: string,
	subject: Subject,
	more: typeof ours = [],
): { readonly calls: number; readonly found: readonly string[] } {
	const found: string[] = [];
	let calls = 0;
	for (const [i, example] of subject.examples.entries()) {
		const right = outcome(subject, example());
		if (right.error !== null) found.push(`${name}: example ${i} failed: ${right.error}`);
		for (const wrong of wrongCalls(example, subject)) {
			calls++;
			let result = outcome(subject, wrong.args);
			// Anything may happen on a busy machine, but hardly twice.
			if (isExpensive(result)) result = outcome(subject, wrong.args);
			const fault = judge(name, subject, wrong, result, [...ours, ...more]);
			if (fault !== null) found.push(`${name}: ${wrong.label}: ${fault}`);
		}
	}
	return { calls, found };
}

interface Outcome {
	readonly error: unknown;
	/** What is wrong about the result. */
	readonly fault: string | null;
	readonly milliseconds: number;
	readonly megabytes: number;
}

function outcome({ call }: Subject, args: readonly unknown[]): Outcome {
	let error: unknown = null;
	let fault: string | null = null;
	const before = memory();
	const start = performance.now();
	try {
		fault = faultOf(call(...args));
	} catch (thrown) {
		error = thrown ?? 'nothing';
	}
	return { error, fault, milliseconds: performance.now() - start, megabytes: memory() - before };
}

function memory(): number {
	const { used_heap_size, external_memory } = getHeapStatistics();
	return (used_heap_size + external_memory) / 2 ** 20;
}

function isExpensive(result: Outcome): boolean {
	return result.milliseconds > milliseconds || result.megabytes > megabytes;
}

function judge(
	name: string,
	{ parts = [], milliseconds: patience = milliseconds }: Subject,
	{ hostile, mustFail }: WrongCall,
	result: Outcome,
	classes: typeof ours,
): string | null {
	const { error } = result;
	const longest = error === null ? patience : milliseconds;
	if (result.milliseconds > longest) return `took ${Math.round(result.milliseconds)} ms`;
	if (result.megabytes > megabytes) return `took ${Math.round(result.megabytes)} MB`;
	if (error === null) return result.fault ?? (mustFail ? 'was accepted' : null);
	if (error instanceof Trap || (hostile?.throws && /revoked|without 'new'/.test(String(error))))
		return null;
	if (!classes.some((each) => error instanceof each)) return `not a typed error: ${show(error)}`;
	const { message } = error as Error; // one of the classes
	const own = name.replace(/^.*\./, '');
	if (![own, ...parts].some((start) => message.startsWith(`${start}: `)))
		return `names another function: ${show(error)}`;
	return engineWords.test(message) || message.length > 1000 ? `words: ${show(error)}` : null;
}

function show(error: unknown): string {
	return String(error instanceof Error ? (error.stack ?? error) : error)
		.split('\n')
		.slice(0, 3)
		.join(' ')
		.slice(0, 300);
}

/** What is wrong about a result: Nodes must have a type, and a value if they are small. */
function faultOf(result: unknown, depth = 0): string | null {
	if (result instanceof Variable) return faultOf(result.read());
	if (Array.isArray(result) && depth < 2 && [0, 1, 2, 3, 4].includes(result.length))
		return result.map((part) => faultOf(part, depth + 1)).find((fault) => fault !== null) ?? null;
	if (!(result instanceof Node)) return null;
	const { shape, dtype } = result;
	if (!dtypes.includes(dtype)) return `a Node of dtype ${String(dtype)}`;
	if (!Array.isArray(shape) || !shape.every((length) => Number.isInteger(length) && length >= 0))
		return `a Node of shape ${String(shape)}`;
	const size = shape.reduce((product, length) => product * length, 1);
	if (size > mostElements) return null;
	const { length } = result.view();
	return length === size ? null : `${length} elements of shape [${shape}]`;
}

/** How deep inside of arguments values are put. */
const deepest = 2;

/** Calls that differ from a right one in one place. */
function* wrongCalls(
	example: () => readonly unknown[],
	{ kept = 0, whole = [] }: Subject,
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
	const never = hostile.isNever === true;
	// An object without the options that there are counts as one without options.
	const mustFail = never && (!isPlain(right) || typeof hostile.make() !== 'object');
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
