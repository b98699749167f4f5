import { setTimeout } from 'node:timers/promises';
import { isPromise } from 'node:util/types';
import { getHeapStatistics } from 'node:v8';
import { expect, test } from 'vitest';
import {
	DTypeError,
	dtypes,
	Node,
	NonFiniteError,
	OutOfMemoryError,
	ShapeError,
	Variable,
} from '../src/index.ts';
import { Trap } from './hostileValues.ts';
import { type Attacked, type WrongCall, wrongCalls } from './wrongCalls.ts';

/** A function that a package exports, and calls of it that are right. */
export interface Subject extends Attacked {
	/** Makes the call, and awaits what is promised; of what makes functions, it calls those, too. */
	readonly call: (...args: readonly unknown[]) => unknown;
	/** Argument lists that are right, each made anew. */
	readonly examples: readonly (() => readonly unknown[])[];
	/** How long right calls may take, beyond what errors may; and errors of `errors`, which come of what right calls do. */
	readonly milliseconds?: number;
	/** How its errors may begin, other than by its own name: parts that it is made of. */
	readonly parts?: readonly string[];
	/** Further classes of errors that are ours; what they are called tells what failed, so that they may begin as they like. */
	readonly errors?: readonly ErrorClass[];
}

type ErrorClass = new (...args: never[]) => Error;

/** A subject without what it is called by, where that is the export itself. */
export type Row = Omit<Subject, 'call'> & Partial<Pick<Subject, 'call'>>;

/** Argument lists that are right, each made anew. */
export const examples = (...of: Subject['examples']): Pick<Subject, 'examples'> => ({
	examples: of,
});

/** The exports of a table, by their names. */
export function subjectsOf(
	exported: object,
	table: { readonly [name: string]: Row },
): [string, Subject][] {
	return Object.entries(table).map(([name, row]) => [
		name,
		{ call: Reflect.get(exported, name), ...row },
	]);
}

/** The law that every export is attacked, if it is not among `others`, which are no functions that users call. */
export function everyExportIsAttacked(exported: object, table: object, others: object): void {
	test('every export is attacked', () => {
		const known = [...Object.keys(table), ...Object.keys(others)];
		expect(Object.keys(exported).sort()).toEqual(known.sort());
	});
}

/** The law of wrong arguments, a test for each subject. */
export function wrongArgumentsFail(subjects: readonly [string, Subject][]): void {
	test.each(subjects)(
		'%s: wrong arguments give an error in our words at once, or a right result',
		async (name, subject) => {
			const { calls, found } = await faults(name, subject);
			expect(calls).toBeGreaterThan(0);
			expect(found).toEqual([]);
		},
	);
}

const milliseconds = 100;
const megabytes = 50;
/** The longest wait for a promise, far more than any call may take. */
const maxWaitMilliseconds = 5000;
/** The largest result that is computed. */
const maxComputedElements = 100_000;

const ours: readonly ErrorClass[] = [
	ShapeError,
	DTypeError,
	RangeError,
	TypeError,
	OutOfMemoryError,
	NonFiniteError,
];

/** How engines of JavaScript, and Node, put it. */
const engineWords =
	/is not (a function|iterable|a constructor|defined|an object)|Cannot (read|destructure|convert|set|mix|perform|create|assign)|Invalid (typed |string |array )|Maximum call stack|internal|allocation failed|out of bounds|incompatible receiver|\[object |undefined is|The ("[^"]*" argument|argument ')/;

/** What is wrong about how a function takes wrong arguments, each in a line. */
async function faults(
	name: string,
	subject: Subject,
): Promise<{ readonly calls: number; readonly found: readonly string[] }> {
	const found: string[] = [];
	let calls = 0;
	for (const [i, example] of subject.examples.entries()) {
		const right = await outcome(subject, example());
		if (right.error !== null) found.push(`${name}: example ${i} failed: ${right.error}`);
		for (const wrong of wrongCalls(example, subject)) {
			calls++;
			let result = await outcome(subject, wrong.args);
			// Anything may happen on a busy machine, but hardly twice.
			if (isExpensive(result)) result = await outcomeByWork(subject, wrong.args);
			const fault = judge(name, subject, wrong, result);
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

async function outcome({ call }: Subject, args: readonly unknown[]): Promise<Outcome> {
	let error: unknown = null;
	let fault: string | null = null;
	const before = memory();
	const start = performance.now();
	try {
		const result = call(...args);
		// Not whatever has a `then`, which may be one of the values that functions are attacked with.
		const value = isPromise(result) ? await settled(result) : result;
		fault = value === unsettled ? `has not settled for ${maxWaitMilliseconds} ms` : faultOf(value);
	} catch (thrown) {
		error = thrown ?? 'nothing';
	}
	return { error, fault, milliseconds: performance.now() - start, megabytes: memory() - before };
}

/** The outcome, its time by the clock or by processors, whichever is less; to ask for theirs takes longer than most calls. */
async function outcomeByWork(subject: Subject, args: readonly unknown[]): Promise<Outcome> {
	const before = process.cpuUsage();
	const result = await outcome(subject, args);
	const { user, system } = process.cpuUsage(before);
	// Other processes take time by the clock, and other threads of this one, which compile and collect, time of processors.
	return { ...result, milliseconds: Math.min(result.milliseconds, (user + system) / 1000) };
}

const unsettled = Symbol('unsettled');

/** What a promise gives, if it settles while it is waited for. */
async function settled(promise: Promise<unknown>): Promise<unknown> {
	const timer = new AbortController();
	try {
		return await Promise.race([
			promise,
			setTimeout(maxWaitMilliseconds, unsettled, { signal: timer.signal }),
		]);
	} finally {
		timer.abort();
	}
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
	{ parts = [], errors = [], milliseconds: patience = milliseconds }: Subject,
	{ hostile, mustFail }: WrongCall,
	result: Outcome,
): string | null {
	const { error } = result;
	const isTheirs = errors.some((each) => error instanceof each);
	const limit = error === null || isTheirs ? patience : milliseconds;
	if (result.milliseconds > limit) return `took ${Math.round(result.milliseconds)} ms`;
	if (result.megabytes > megabytes) return `took ${Math.round(result.megabytes)} MB`;
	if (error === null) return result.fault ?? (mustFail ? 'was accepted' : null);
	if (error instanceof Trap || (hostile?.throws && /revoked|without 'new'/.test(String(error))))
		return null;
	if (!isTheirs && !ours.some((each) => error instanceof each))
		return `not a typed error: ${show(error)}`;
	const { message } = error as Error; // one of the classes
	const own = name.replace(/^.*\./, '');
	if (!isTheirs && ![own, ...parts].some((start) => message.startsWith(`${start}: `)))
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
	if (size > maxComputedElements) return null;
	const { length } = result.view();
	return length === size ? null : `${length} elements of shape [${shape}]`;
}
