import { checkedFunction } from './arguments.ts';
import { describe } from './describe.ts';
import { arrays, type Data } from './dtype.ts';

/** The error by which a value failed to come. */
export interface Failure {
	readonly error: unknown;
}

/**
 * A value that an engine delivers later, where elements would stand: what a run left in the memory of a device. The engine
 * that made it may take it back as it is; for everybody else there are no elements until somebody has awaited them, which
 * is what `ready` does. It does not change, whatever is computed afterwards. Engines that keep more about it extend the class.
 */
export class Late {
	/** Null once the elements are there, or never will be. */
	#fetch: (() => Promise<Data>) | null;
	#arrival: Promise<Data> | null = null;
	#data: Data | null = null;
	#failure: Failure | null = null;

	/** `fetch` brings the elements, which nobody may write to; called when they are first awaited, and no more than once. */
	constructor(fetch: () => Promise<Data>) {
		this.#fetch = checkedFunction('Late', 'fetch', fetch);
	}

	/** The elements; null while they are not there. */
	get data(): Data | null {
		return this.#data;
	}

	/** Why the elements will never be there; null while they may come. */
	get failure(): Failure | null {
		return this.#failure;
	}

	/** Awaits the elements; rejects with what they failed by. */
	arrival(): Promise<Data> {
		if (this.#arrival === null) {
			this.#arrival = this.#arrive();
			// A failure that nobody awaits is kept for those who look, and ends no process.
			this.#arrival.catch(() => {});
		}
		return this.#arrival;
	}

	/** Notes that elements which are not there yet never will be: the run that was to compute them failed. */
	fail(error: unknown): void {
		if (this.#data !== null) return;
		this.#failure ??= { error };
		this.#fetch = null;
	}

	async #arrive(): Promise<Data> {
		try {
			const data = await this.#fetch?.();
			if (this.#failure !== null) throw this.#failure.error;
			this.#data = checkedData(data);
			this.#fetch = null;
			return this.#data;
		} catch (error) {
			this.fail(error);
			throw error;
		}
	}
}

function checkedData(data: Data | undefined): Data {
	if (Object.values(arrays).some((each) => data instanceof each)) return data as Data; // one of these
	throw new TypeError(
		`Late: fetch brought ${describe(data)}; it must be a promise of a typed array that holds the dtype`,
	);
}
