import type { Memory } from '../platform.ts';
import { workerSource } from './workerSource.ts';

/** A thread besides the first. */
export interface Thread {
	terminate(): unknown;
}

/** What a worker begins with: the memory, where the first queue lies in it, and which of the threads it is. */
interface WorkerData {
	readonly memory: Memory;
	readonly queues: number;
	readonly thread: number;
}

interface NodeWorker extends Thread {
	unref(): void;
	on(event: 'error', listener: (error: unknown) => void): void;
}

interface PageWorker extends Thread {
	postMessage(message: WorkerData): void;
	/** Told of what its program throws, with a message, and of a program that could not be loaded, without. */
	onerror: (event: { readonly message?: string; preventDefault(): void }) => void;
}

interface Builtins {
	readonly 'node:worker_threads': {
		readonly Worker: new (
			source: string,
			options: { readonly eval: true; readonly workerData: WorkerData },
		) => NodeWorker;
	};
	readonly 'node:os': { availableParallelism(): number };
}

/** What the environments have, each some of it; declared here since the ES2023 library declares none. */
interface Environment {
	readonly process?: {
		readonly env?: { readonly PULLBACK_THREADS?: string; readonly PULLBACK_VALIDATE?: string };
		getBuiltinModule?<Name extends keyof Builtins>(name: Name): Builtins[Name] | undefined;
	};
	readonly navigator?: { readonly hardwareConcurrency?: number };
	readonly Worker?: new (url: string) => PageWorker;
	readonly Blob?: new (parts: readonly string[], options: { readonly type: string }) => object;
	readonly URL?: { createObjectURL?(blob: object): string };
	/** Whether a page lets threads share memory. */
	readonly crossOriginIsolated?: boolean;
}

const environment: Environment = globalThis as object; // every member is optional

/** Whether this is a browser's: a page, or a worker of one. */
const inBrowser = environment.crossOriginIsolated !== undefined;

function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] | undefined {
	return environment.process?.getBuiltinModule?.(name);
}

/** How to have no threads, and no notice that there are none. */
export const orOneThread = inBrowser
	? 'or ask for one thread by compiler(wasmEngine({ threads: 1 }))'
	: 'or ask for one thread by PULLBACK_THREADS=1';

/** The largest number of threads: each takes tens of milliseconds to start, and megabytes. */
const maxThreads = 128;

/** The number of threads that `name` asks for; throws RangeError if there cannot be as many. */
export function threadCount(name: string, asked: string | number): number {
	const count = Number(asked);
	if (!Number.isInteger(count) || count < 1 || count > maxThreads)
		throw new RangeError(
			`${name} is ${asked}; it must be a whole number from 1 to ${maxThreads}; leave it out for as many threads as the machine runs at once`,
		);
	return count;
}

/** The threads that the user asks for by PULLBACK_THREADS; null for as many as the machine runs at once. */
export function askedThreads(): number | null {
	const asked = environment.process?.env?.PULLBACK_THREADS;
	if (asked === undefined || asked === '') return null;
	return threadCount('PULLBACK_THREADS', asked);
}

/** Whether the user asks for plans to be validated, by PULLBACK_VALIDATE. */
export function asksToValidate(): boolean {
	const asked = environment.process?.env?.PULLBACK_VALIDATE ?? '';
	if (asked !== '' && asked !== '0' && asked !== '1')
		throw new RangeError(
			`PULLBACK_VALIDATE is ${asked}; it must be 1 to validate every plan, or 0 not to`,
		);
	return asked === '1';
}

/**
 * The threads that the machine runs at once, as far as there can be as many. Node loads a module of its own to say so:
 * better not before it is needed.
 */
export function machineThreads(): number {
	const { navigator } = environment;
	const most = builtin('node:os')?.availableParallelism() ?? navigator?.hardwareConcurrency ?? 1;
	return Math.min(most, maxThreads);
}

/** Why threads cannot share memory here, and what to do about it; null where they can. */
export function obstacleToThreads(): string | null {
	if (typeof SharedArrayBuffer === 'undefined')
		return inBrowser
			? `SharedArrayBuffer is missing, since the page is not cross-origin isolated; serve it with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, ${orOneThread}`
			: `SharedArrayBuffer is missing; leave it in place, ${orOneThread}`;
	// To look at what Node has of threads would load it, before any are needed.
	const { process, Worker } = environment;
	if (process?.getBuiltinModule === undefined && Worker === undefined)
		return `workers are missing; run where there are some, ${orOneThread}`;
	return null;
}

/** Whether the calling thread may sleep; a browser's main thread may not. */
export function canSleep(): boolean {
	try {
		// The word is not 1: a thread that may sleep need not.
		Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
		return true;
	} catch {
		return false;
	}
}

/**
 * Starts a worker on its data, which does not keep the process alive; null where none can be started. Why
 * not, and what to do about it, `refused` is told, at once or later.
 */
export function startThread(data: WorkerData, refused: (obstacle: string) => void): Thread | null {
	try {
		const threads = builtin('node:worker_threads');
		return threads === undefined
			? startInPage(data, refused)
			: startInNode(threads.Worker, data, refused);
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		refused(`a worker could not start (${reason}); allow workers, ${orOneThread}`);
		return null;
	}
}

/** What to say of a worker that has ended by itself. */
function ended(reason: unknown): string {
	return `a worker has ended (${reason}); allow the process more memory, ${orOneThread}`;
}

function startInNode(
	Worker: Builtins['node:worker_threads']['Worker'],
	workerData: WorkerData,
	refused: (obstacle: string) => void,
): Thread {
	const worker = new Worker(workerSource, { eval: true, workerData });
	worker.on('error', (error) => refused(ended(error instanceof Error ? error.message : error)));
	worker.unref();
	return worker;
}

function startInPage(data: WorkerData, refused: (obstacle: string) => void): Thread {
	const { Worker } = environment;
	if (Worker === undefined) throw new Error('internal: no workers');
	const worker = new Worker(workerAddress());
	worker.onerror = (event) => {
		// The page need not report what its program throws.
		event.preventDefault();
		refused(
			event.message === undefined
				? `a worker could not be loaded; allow blob: in worker-src of the page's Content-Security-Policy, ${orOneThread}`
				: ended(event.message),
		);
	};
	worker.postMessage(data);
	return worker;
}

let address: string | undefined;

/** Where workers of a page find their program. */
function workerAddress(): string {
	const { Blob, URL } = environment;
	if (!Blob || !URL?.createObjectURL) throw new Error('there are no blobs');
	address ??= URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' }));
	return address;
}
