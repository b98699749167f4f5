import { elementBytes } from '../../lowering/plan.ts';
import type { Code, Local } from '../assembler/code.ts';
import { storeNeighbours } from './access.ts';
import { type Tile, tileRows } from './tile.ts';
import { width } from './value.ts';

/** Stores the sums of a tile, which lie as its lanes do, at the address of its output. */
export function storeSums(code: Code, tile: Tile, sums: readonly Local[][], output: Local): void {
	if (tile.lanes === 'columns') storeColumns(code, tile, sums, output);
	else if (tile.lanes === 'inner') storeTotals(code, tile, sums, output);
	else storeRows(code, tile, sums, output);
}

/** Stores sums of which the lanes are columns. */
function storeColumns(
	code: Code,
	{ dtype, columns, outputRow }: Tile,
	sums: readonly Local[][],
	output: Local,
): void {
	const perValue = dtype === 'f64' ? 2 : 1;
	for (const [row, ofRow] of sums.entries())
		for (let at = 0; at < ofRow.length; at += perValue) {
			const parts = ofRow.slice(at, at + perValue);
			const first = (at / perValue) * width;
			const count = Math.min(width, columns - first);
			if (count > 0)
				storeNeighbours(
					code,
					{ dtype, parts },
					output,
					row * outputRow + first * elementBytes[dtype],
					count,
				);
		}
}

/** Adds the lanes of sums up, the first half to the second until one is left, and stores the totals of each row. */
function storeTotals(
	code: Code,
	{ dtype, columns, outputRow }: Tile,
	sums: readonly Local[][],
	output: Local,
): void {
	const plus = dtype === 'f32' ? 'f32x4.add' : dtype === 'f64' ? 'f64x2.add' : 'i32x4.add';
	/** Some lanes of two vectors plus others. */
	const halved = (x: Local, y: Local, low: FourLanes, high: FourLanes): Local => {
		for (const lanes of [low, high])
			code
				.get(x)
				.get(y)
				.shuffle32(...lanes);
		return code.op(plus).keep('v128');
	};
	for (const [row, [first, second]] of sums.entries()) {
		if (first === undefined) continue;
		// Of four lanes, those of both columns at once.
		const pair =
			dtype === 'f64' ? first : halved(first, second ?? first, [0, 4, 1, 5], [2, 6, 3, 7]);
		const total = halved(pair, pair, [0, 1, 0, 1], [2, 3, 2, 3]);
		storeNeighbours(code, { dtype, parts: [total, total] }, output, row * outputRow, columns);
	}
}

/** Stores sums of which the lanes are rows, of one column or two. */
function storeRows(
	code: Code,
	{ rows, columns, outputRow }: Tile,
	[first = [], second = first]: readonly Local[][],
	output: Local,
): void {
	for (const [tile, x] of first.entries()) {
		const y = second[tile] ?? x;
		const pairs = [
			code.get(x).get(y).shuffle32(0, 4, 1, 5).keep('v128'),
			code.get(x).get(y).shuffle32(2, 6, 3, 7).keep('v128'),
		];
		for (const [half, pair] of pairs.entries())
			for (const place of [0, 1]) {
				const row = tile * tileRows + 2 * half + place;
				if (row >= rows) continue;
				code.get(output).get(pair);
				if (columns === 2) code.laneAccess('v128.store64_lane', place, row * outputRow);
				else code.laneAccess('v128.store32_lane', 2 * place, row * outputRow);
			}
	}
}

type FourLanes = readonly [number, number, number, number];
