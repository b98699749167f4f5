/** What it takes to run a program on several threads. */
export interface Sharing {
	/** The address of what the others need to make it. */
	readonly header: number;
	readonly together: (run: number, thread: number) => void;
}

/** A program that is worth several threads; what that takes is made when it is first asked for. */
export class Shareable {
	/** In vector instructions. */
	readonly cost: number;
	#sharing: Sharing | null | (() => Sharing | null);

	constructor(cost: number, make: () => Sharing | null) {
		this.cost = cost;
		this.#sharing = make;
	}

	/** Null if there is no room for it: one thread will do. */
	sharing(): Sharing | null {
		if (typeof this.#sharing === 'function') this.#sharing = this.#sharing();
		return this.#sharing;
	}
}
