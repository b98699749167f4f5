import type { DType } from '../../../graph/dtype.ts';

/**
 * The vector registers that V8 has on x64: for the sums of a tile, what they are multiplied by, and the factors at hand. Tiles
 * of 3 by 12 or 5 by 8 without fused additions, with fewer loads, spill and take twice the time, or, with ways out between
 * their rows, about as long as one of 4 by 8.
 */
export const vectorRegisters = 15;

/** The most factors that are loaded before they are used. */
export const maxFactorsAtOnce = 4;

/**
 * Operands are passed to a tile so many bytes early: the sum in the tile tells V8 that the upper halves of the registers
 * are clear, which it cannot know of a parameter, and would see to at every turn.
 */
export const addressBias = 16;

/**
 * One tile of a product: how its operands lie, in bytes. The lanes of its vectors are neighbouring columns of the right
 * operand; or, where there are only a few of these, neighbours along the inner axis of both operands, or rows of the
 * left one, if they lie side by side.
 */
export interface Tile {
	readonly dtype: DType;
	readonly lanes: 'columns' | 'inner' | 'rows';
	readonly rows: number;
	readonly columns: number;
	/** The steps along the inner axis, in elements or vectors. */
	readonly inner: number;
	/** From a row of the left operand to the next, of those that lie together, how many these are, and from these to the next ones. */
	readonly leftRow: number;
	readonly rowsTogether: number;
	readonly leftTile: number;
	/** From one step to the next. */
	readonly leftInner: number;
	readonly rightInner: number;
	readonly outputRow: number;
	/** Whether it adds to the output, or replaces it; if the lanes are columns. */
	readonly adds: boolean;
	/** The most steps along the inner axis that are one iteration of its loop. */
	readonly steps: number;
}

/**
 * Steps along the inner axis that are one iteration of an unrolled loop. A processor that starts six instructions a cycle has no time
 * to spare for those that count and jump: with one step an iteration Zen 4 takes 14 percent longer than with eight. Zen 5, which
 * starts eight, took 3 to 5 percent less with one than with four.
 */
const unrolledSteps = 8;

/** The same, where the work is not worth more code. */
const shortUnrolledSteps = 2;

/**
 * The most steps of an iteration. A matrix by one column waits for its rows, which processors read ahead best where each load
 * goes through one of them.
 */
export function stepsOfIteration(
	{ lanes, columns }: Pick<Tile, 'lanes' | 'columns'>,
	isLarge: boolean,
): number {
	if (lanes === 'inner' && columns === 1) return 1;
	return isLarge ? unrolledSteps : shortUnrolledSteps;
}
