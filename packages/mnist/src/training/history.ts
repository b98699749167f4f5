/** How good a net was after an epoch. */
export interface NetEpoch {
	/** The number of the epoch, from 1. */
	readonly epoch: number;
	/** The mean loss of the epoch's batches, each before its step. */
	readonly loss: number;
	/** The share of the images of these batches that were read right. */
	readonly trainAccuracy: number;
	/** The mean loss over the test images, after the epoch. */
	readonly testLoss: number;
	/** The share of the test images that are read right, after the epoch. */
	readonly testAccuracy: number;
}

/** What there is so far of an epoch that is not finished: sums over its images. */
export interface PartOfEpoch {
	readonly images: number;
	/** How many were read right, each before the step of its batch. */
	readonly right: number;
	/** The sum of their losses. */
	readonly loss: number;
}

/** The most points of the curve of losses. */
const maxPoints = 500;

/** The losses of a run: each point is the mean of as many steps in a row. */
export interface Losses {
	readonly points: readonly number[];
	/** The sum of the losses since the last point, and their number. */
	readonly sum: number;
	readonly count: number;
}

/** Gathers the losses of a run. */
export class LossCurve implements Losses {
	/** The steps of one point. */
	readonly every: number;
	readonly points: number[];
	sum: number;
	count: number;

	/** Of a run of so many steps in all, which goes on after earlier losses. */
	constructor(steps: number, { points, sum, count }: Losses = { points: [], sum: 0, count: 0 }) {
		this.every = Math.ceil(steps / maxPoints);
		this.points = [...points];
		this.sum = sum;
		this.count = count;
	}

	add(loss: number): void {
		this.sum += loss;
		this.count++;
		if (this.count < this.every) return;
		this.points.push(this.sum / this.count);
		this.sum = 0;
		this.count = 0;
	}
}
