import fc from 'fast-check';
import type { Domain } from './domain.ts';

/** What a number is tried as instead, the plainest first. */
const plainest = [0, 1, -1, 0.5, 2, -0.5, -2] as const;
/** A number may be cut to multiples of these, which f32 holds, too. */
const steps = [1, 0.5, 0.25, 0.125] as const;

/**
 * The same numbers, which shrink to plain ones of the domain: not to the smallest, at which what is wrong with a derivative
 * may be small as well.
 */
export function plainNumbers(any: fc.Arbitrary<number>, domain: Domain): fc.Arbitrary<number> {
	return new PlainNumbers(any, domain);
}

class PlainNumbers extends fc.Arbitrary<number> {
	readonly #any: fc.Arbitrary<number>;
	readonly #domain: Domain;

	constructor(any: fc.Arbitrary<number>, domain: Domain) {
		super();
		this.#any = any;
		this.#domain = domain;
	}

	override generate(random: fc.Random, biasFactor: number | undefined): fc.Value<number> {
		return new fc.Value(this.#any.generate(random, biasFactor).value_, undefined);
	}

	override canShrinkWithoutContext(value: unknown): value is number {
		return typeof value === 'number';
	}

	override shrink(value: number): fc.Stream<fc.Value<number>> {
		const own = rankOf(value);
		const cut = steps.map((step) => Math.trunc(value / step) * step);
		const plainer = [...plainest, ...cut].filter(
			(x, i, all) => rankOf(x) < own && all.indexOf(x) === i && this.#holds(x),
		);
		return fc.stream(plainer.map((x) => new fc.Value(x, undefined)).values());
	}

	#holds(x: number): boolean {
		return this.#domain.some(([low, high]) => low <= x && x <= high);
	}
}

/** Plainer numbers have a lower rank. */
function rankOf(x: number): number {
	const rank = plainest.findIndex((each) => Object.is(each, x));
	if (rank >= 0) return rank;
	const step = steps.findIndex((each) => Number.isInteger(x / each));
	return plainest.length + (step >= 0 ? step : steps.length);
}
