import fc from 'fast-check';

/**
 * The same values, which stop to shrink when the costs of what has been tried exceed a budget. What is large is not tried
 * for ever; and what is found does not depend on how fast the machine is.
 */
export function boundedShrinking<T>(
	values: fc.Arbitrary<T>,
	costOf: (value: T) => number,
	budget: number,
): fc.Arbitrary<T> {
	return new BoundedShrinking(values, costOf, budget);
}

class BoundedShrinking<T> extends fc.Arbitrary<T> {
	readonly #values: fc.Arbitrary<T>;
	readonly #costOf: (value: T) => number;
	readonly #budget: number;
	/** On smaller values than the one that was drawn last. */
	#spent = 0;

	constructor(values: fc.Arbitrary<T>, costOf: (value: T) => number, budget: number) {
		super();
		this.#values = values;
		this.#costOf = costOf;
		this.#budget = budget;
	}

	override generate(random: fc.Random, biasFactor: number | undefined): fc.Value<T> {
		this.#spent = 0;
		return this.#values.generate(random, biasFactor);
	}

	override canShrinkWithoutContext(value: unknown): value is T {
		return this.#values.canShrinkWithoutContext(value);
	}

	override shrink(value: T, context: unknown): fc.Stream<fc.Value<T>> {
		return this.#values.shrink(value, context).takeWhile((smaller) => {
			this.#spent += this.#costOf(smaller.value_);
			return this.#spent <= this.#budget;
		});
	}
}
