import type { DType } from '../../../graph/dtype.ts';
import { elementBytes } from '../../../graph/dtype.ts';
import type { Code, Local } from '../../assembler/code.ts';
import { loadNeighbours, loadOne, storeNeighbours } from '../access.ts';
import { advance, repeat } from '../scalar.ts';
import { type Value, width } from '../value.ts';
import { addProduct } from './addProduct.ts';

/** The most rows that use each element of the right operand too seldom for tiles. */
export const maxRowsWithoutTiles = 2;

/** The factors that registers hold beside what is multiplied by them, in vectors. */
const maxFactors = 8;

/** A product of one or two rows, and how its operands lie, in bytes. */
export interface FewRows {
	readonly dtype: DType;
	readonly fused: boolean;
	readonly rows: number;
	readonly inner: number;
	readonly columns: number;
	readonly leftRow: number;
	readonly leftInner: number;
	readonly rightInner: number;
	readonly outputRow: number;
}

/**
 * Emits a product of one or two rows as sums of rows of the right operand, which is read once and in the order in which it
 * lies; the sums wait in the output. They are added up in the order of tiles.
 */
export function emitFewRows(
	code: Code,
	product: FewRows,
	left: Local,
	right: Local,
	output: Local,
): void {
	const { dtype, rows, inner, leftRow, leftInner, rightInner } = product;
	const [leftAt, rightAt] = [code.get(left).keep('i32'), code.get(right).keep('i32')];
	const add = (steps: number, adds: boolean): void => {
		const factors = Array.from({ length: steps }, () => {
			const ofRows = Array.from({ length: rows }, (_, row) =>
				loadOne(code, dtype, leftAt, row * leftRow),
			);
			advance(code, leftAt, leftInner);
			return ofRows;
		});
		addRows(code, product, { factors, adds }, rightAt, output);
		advance(code, rightAt, steps * rightInner);
	};
	const together = maxFactors / Math.max(rows, 1);
	const first = Math.min(inner, together);
	const rest = (inner - first) % together;
	add(first, false);
	repeat(code, (inner - first - rest) / together, () => add(together, true));
	if (rest > 0) add(rest, true);
}

/** Some rows of the right operand. */
interface Rows {
	/** For each, what it is multiplied by for each row of the output. */
	readonly factors: readonly (readonly Value[])[];
	/** Whether they add to the output, or replace it. */
	readonly adds: boolean;
}

function addRows(
	code: Code,
	{ dtype, fused, rows, columns, rightInner, outputRow }: FewRows,
	{ factors, adds }: Rows,
	right: Local,
	output: Local,
): void {
	const bytes = elementBytes[dtype];
	const [from, to] = [code.get(right).keep('i32'), code.get(output).keep('i32')];
	const add = (count: number): void => {
		const sums = Array.from({ length: rows }, (_, row) =>
			adds ? loadNeighbours(code, dtype, to, row * outputRow) : zeros(code, dtype),
		);
		for (const [step, ofRows] of factors.entries()) {
			const { parts } = loadNeighbours(code, dtype, from, step * rightInner);
			for (const [row, factor] of ofRows.entries())
				for (const [i, part] of parts.entries()) {
					const sum = sums[row]?.parts[i] as Local; // one for each row, in as many parts
					addProduct(code, dtype, fused, sum, factor.parts[i] as Local, part);
				}
		}
		for (const [row, sum] of sums.entries()) storeNeighbours(code, sum, to, row * outputRow, count);
	};
	repeat(code, Math.floor(columns / width), () => {
		add(width);
		for (const address of [from, to]) advance(code, address, width * bytes);
	});
	if (columns % width > 0) add(columns % width);
}

/** Sums that nothing was added to. */
function zeros(code: Code, dtype: DType): Value {
	const parts = Array.from({ length: elementBytes[dtype] / 4 }, () => {
		const part = code.local('v128');
		code.i32x4(0).set(part);
		return part;
	});
	return { dtype, parts };
}
