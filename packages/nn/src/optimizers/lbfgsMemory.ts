import { assignAll, type Variable } from '@pullback/core';
import { add, dot, flat } from './vectors.ts';

/** The Variables of an LBFGS. */
interface Remembered {
	readonly time: Variable;
	readonly pairs: Variable;
	readonly steps: readonly Variable[];
	readonly bends: readonly Variable[];
	readonly lastStep: Variable;
	readonly lastGradient: Variable;
}

/** A change of the parameters and the change of the gradient that came of it. */
interface Pair {
	readonly step: Float64Array;
	readonly bend: Float64Array;
}

/** The least product of both changes at which a pair is remembered: the loss is convex along it. */
const minCurvature = 1e-10;

/** The changes that an LBFGS remembers, in the course of a call. */
export class LBFGSMemory {
	time: number;
	#pairs: number;
	#lastStep: Float64Array;
	#lastGradient: Float64Array;
	readonly #kept: Pair[];
	readonly #of: Remembered;
	readonly #changed = new Set<number>();

	constructor(of: Remembered) {
		this.#of = of;
		this.time = of.time.item();
		this.#pairs = of.pairs.item();
		this.#lastStep = flat([of.lastStep.data()]);
		this.#lastGradient = flat([of.lastGradient.data()]);
		const kept = Math.min(this.#pairs, of.steps.length);
		this.#kept = Array.from({ length: kept }, (_, i) => ({
			step: flat([(of.steps[i] as Variable).data()]), // fewer than there are
			bend: flat([(of.bends[i] as Variable).data()]), // as many
		}));
	}

	/** The direction downhill where the gradient is this, after the change to there is remembered. */
	directionAt(gradient: Float64Array): Float64Array {
		this.time++;
		if (this.time > 1) this.#remember(gradient);
		const direction = gradient.map((each) => -each);
		const newest = this.#inOrder();
		const oldest = [...newest].reverse();
		const shares = newest.map(({ step, bend }) => {
			const share = dot(step, direction) / dot(step, bend);
			add(direction, bend, -share);
			return share;
		});
		const [last] = newest;
		const scale = last === undefined ? 1 : dot(last.step, last.bend) / dot(last.bend, last.bend);
		for (const [i, each] of direction.entries()) direction[i] = each * scale;
		for (const [i, { step, bend }] of oldest.entries()) {
			const share = shares[shares.length - 1 - i] as number; // one for each
			add(direction, step, share - dot(bend, direction) / dot(step, bend));
		}
		return direction;
	}

	/** Takes note of a step and of the gradient before it. */
	take(step: Float64Array, gradient: Float64Array): void {
		this.#lastStep = step;
		this.#lastGradient = gradient;
	}

	/** Puts all that has changed into the Variables. */
	save(): void {
		const { time, pairs, steps, bends, lastStep, lastGradient } = this.#of;
		assignAll([
			[time, this.time],
			[pairs, this.#pairs],
			[lastStep, this.#lastStep],
			[lastGradient, this.#lastGradient],
			...[...this.#changed].flatMap((i) => {
				const { step, bend } = this.#kept[i] as Pair; // what has changed is there
				return [[steps[i] as Variable, step] as const, [bends[i] as Variable, bend] as const]; // a place for each
			}),
		]);
	}

	#remember(gradient: Float64Array): void {
		const step = this.#lastStep;
		const bend = gradient.map((each, i) => each - (this.#lastGradient[i] ?? 0));
		if (!(dot(step, bend) > minCurvature)) return;
		const place = this.#pairs % this.#of.steps.length;
		this.#kept[place] = { step, bend };
		this.#changed.add(place);
		this.#pairs++;
	}

	/** The pairs, the newest first. */
	#inOrder(): Pair[] {
		const { length } = this.#kept;
		return this.#kept.map((_, i) => this.#kept[(this.#pairs - 1 - i) % length] as Pair); // within
	}
}
