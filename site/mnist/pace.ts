/** The time that is looked back over, in milliseconds of steps. */
const window = 1000;

/** How fast steps are made, by the last second of them. */
export class Pace {
	readonly #parts: { readonly steps: number; readonly milliseconds: number }[] = [];

	/** Takes down some steps that were made in a row. */
	add(steps: number, milliseconds: number): void {
		if (steps === 0) return;
		this.#parts.push({ steps, milliseconds });
		let [first] = this.#parts;
		while (first !== undefined && this.#sum('milliseconds') - first.milliseconds > window) {
			this.#parts.shift();
			[first] = this.#parts;
		}
	}

	/** The milliseconds of a step; NaN before there is any. */
	get millisecondsPerStep(): number {
		return this.#sum('milliseconds') / this.#sum('steps');
	}

	#sum(of: 'steps' | 'milliseconds'): number {
		return this.#parts.reduce((sum, part) => sum + part[of], 0);
	}
}
