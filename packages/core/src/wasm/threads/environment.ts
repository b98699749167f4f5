import type { Memory } from '../platform.ts';
import { workerSource } from './workerSource.ts';

/** A thread besides the first. */
export interface Thread {
	terminate(): unknown;
}

interface NodeWorker extends Thread {
	unref(): void;
	on(event: 'error', listener: (error: unknown) => void): void;
}

interface Builtins {
	readonly 'node:worker_threads': {
		readonly Worker: new (
			source: string,
			options: { readonly eval: true; readonly workerData: Memory },
		) => NodeWorker;
	};
	readonly 'node:os': { availableParallelism(): number };
}

/** What the environments have, each some of it; declared here since the ES2023 library declares none. */
interface Environment {
	readonly process?: {
		readonly env?: { readonly PULLBACK_THREADS?: string };
		getBuiltinModule?<Name extends keyof Builtins>(name: Name): Builtins[Name] | undefined;
	};
	readonly navigator?: { readonly hardwareConcurrency?: number };
	readonly Worker?: new (url: string) => Thread & { postMessage(message: unknown): void };
	readonly Blob?: new (parts: readonly string[], options: { readonly type: string }) => object;
	readonly URL?: { createObjectURL?(blob: object): string };
	readonly document?: object;
}

const environment: Environment = globalThis as object; // every member is optional

function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] | undefined {
	return environment.process?.getBuiltinModule?.(name);
}

/** The threads that the user asks for by PULLBACK_THREADS, or else that the machine runs at once. */
export function defaultThreads(): number {
	const asked = environment.process?.env?.PULLBACK_THREADS;
	if (asked !== undefined && asked !== '') {
		const count = Number(asked);
		if (!Number.isInteger(count) || count < 1)
			throw new RangeError(`PULLBACK_THREADS: ${asked}; it must be a whole number from 1`);
		return count;
	}
	return (
		builtin('node:os')?.availableParallelism() ?? environment.navigator?.hardwareConcurrency ?? 1
	);
}

/** Whether threads can share memory here. */
export function canShareMemory(): boolean {
	if (typeof SharedArrayBuffer === 'undefined') return false;
	return builtin('node:worker_threads') !== undefined || environment.Worker !== undefined;
}

/** Whether the calling thread may sleep; a browser's main thread may not. */
export function canSleep(): boolean {
	return builtin('node:worker_threads') !== undefined || environment.document === undefined;
}

/** Starts a worker on the given memory, which does not keep the process alive; null where none can be started. */
export function startThread(memory: Memory): Thread | null {
	try {
		const threads = builtin('node:worker_threads');
		if (threads !== undefined) {
			const worker = new threads.Worker(workerSource, { eval: true, workerData: memory });
			// The run that it failed in reports it.
			worker.on('error', () => {});
			worker.unref();
			return worker;
		}
		const { Worker, Blob, URL } = environment;
		if (!Worker || !Blob || !URL?.createObjectURL) return null;
		const worker = new Worker(
			URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' })),
		);
		worker.postMessage(memory);
		return worker;
	} catch {
		return null;
	}
}
