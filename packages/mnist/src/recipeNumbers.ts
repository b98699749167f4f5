import { checkedFinite, checkedNumber } from '@pullback/core/arguments';

/** The numbers of the recipe; left out, they are those of the book. */
export interface RecipeNumbers {
	/** Training steps (10,000), at most 1,000,000,000. */
	readonly iterations?: number;
	/** Images in a step, drawn with replacement (100), at most 60,000. */
	readonly batchSize?: number;
	/** Units of the hidden layer (50), at most 10,000. */
	readonly hidden?: number;
	/** Step size of gradient descent (0.1). */
	readonly learningRate?: number;
	/** Chooses the first weights and all batches: the same seed gives the same weights (0). */
	readonly seed?: number;
}

/** The numbers of the book's recipe (Deep Learning from Scratch, chapter 5). */
export const recipeDefaults: Required<RecipeNumbers> = {
	iterations: 10_000,
	batchSize: 100,
	hidden: 50,
	learningRate: 0.1,
	seed: 0,
};

/** The most of each: enough for every experiment with MNIST, and too few for a slip of the finger to exhaust memory. */
export const recipeLimits = {
	iterations: 1_000_000_000,
	batchSize: 60_000,
	hidden: 10_000,
} as const;

/** The numbers of a run: those that are given, and else those of the book. */
export function checkedNumbers(operation: string, given: RecipeNumbers): Required<RecipeNumbers> {
	const {
		iterations = recipeDefaults.iterations,
		batchSize = recipeDefaults.batchSize,
		hidden = recipeDefaults.hidden,
		learningRate = recipeDefaults.learningRate,
		seed = recipeDefaults.seed,
	} = given;
	for (const [name, value] of Object.entries({ iterations, batchSize, hidden })) {
		const most = recipeLimits[name as keyof typeof recipeLimits]; // one of these three
		if (!Number.isSafeInteger(checkedNumber(operation, name, value)) || value < 1 || value > most)
			throw new RangeError(
				`${operation}: ${name} is ${value}, needs a whole number from 1 to ${most}`,
			);
	}
	checkedFinite(operation, 'learningRate', learningRate);
	if (!Number.isSafeInteger(checkedNumber(operation, 'seed', seed))) {
		throw new RangeError(`${operation}: seed is ${seed}, needs a whole number up to 2^53 - 1`);
	}
	return { iterations, batchSize, hidden, learningRate, seed };
}
