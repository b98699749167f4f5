/** The most points of a curve: more than a chart has pixels across would not be seen. */
const maxPoints = 800;

/** Points of a chart: a curve of two arrays. */
export interface Points {
	readonly x: readonly number[];
	readonly y: readonly number[];
}

/** The numbers of a run that may have any length, each point the mean of as many steps in a row. */
export class Curve implements Points {
	/** The last step of each point. */
	readonly x: number[] = [];
	readonly y: number[] = [];
	/** The steps of one point: doubled whenever there are too many. */
	#every = 1;
	#sum = 0;
	#count = 0;
	#steps = 0;

	/** Takes down the number of the next step. */
	add(number: number): void {
		this.#steps++;
		this.#sum += number;
		this.#count++;
		if (this.#count < this.#every) return;
		this.x.push(this.#steps);
		this.y.push(this.#sum / this.#count);
		this.#sum = 0;
		this.#count = 0;
		if (this.x.length >= maxPoints) this.#halve();
	}

	/** Puts two points after each other together. */
	#halve(): void {
		const half = this.x.length / 2;
		for (let i = 0; i < half; i++) {
			this.x[i] = this.x[2 * i + 1] ?? 0;
			this.y[i] = ((this.y[2 * i] ?? 0) + (this.y[2 * i + 1] ?? 0)) / 2;
		}
		this.x.length = half;
		this.y.length = half;
		this.#every *= 2;
	}
}
