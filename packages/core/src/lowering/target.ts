import type { DType } from '../graph/dtype.ts';
import { elementBytes } from './ir/plan.ts';

/** The rows that a product computes together, and so those of a panel of a left operand. */
export const panelRows = 4;

/** The columns that a product computes together, and so those of a panel of a right operand. */
export function panelColumns(dtype: DType): number {
	return dtype === 'f64' ? 4 : 8;
}

/**
 * How the columns after the last whole panel lie: `across`, those of one place of the inner axis side by side, filled up
 * to four; `along`, vector after vector along the inner axis, each of one column.
 */
export type Tail = 'across' | 'along';

/** The elements of a vector. */
export function lanesOf(dtype: DType): number {
	return 16 / elementBytes[dtype];
}

/** The columns after the last whole panel, if they are no more than a vector has elements; else 0. */
export function narrowTail(dtype: DType, columns: number): number {
	const rest = columns % panelColumns(dtype);
	return rest <= lanesOf(dtype) ? rest : 0;
}

/** The size of a packed operand of one product. */
export function packedSize(inner: number, columns: number): number {
	return inner * Math.ceil(columns / 4) * 4;
}
