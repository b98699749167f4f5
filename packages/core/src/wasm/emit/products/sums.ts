import { elementBytes } from '../../../graph/dtype.ts';
import type { Code, Local } from '../../assembler/code.ts';
import { storeNeighbours, transposed } from '../access.ts';
import { width } from '../value.ts';
import type { Tile } from './tile.ts';

/** Stores the sums of a tile, which lie as its lanes do, at the address of its output. */
export function storeSums(
	code: Code,
	tile: Tile,
	sums: readonly (readonly Local[])[],
	output: Local,
): void {
	if (tile.lanes === 'columns') storeColumns(code, tile, sums, output);
	else if (tile.lanes === 'inner') storeTotals(code, tile, sums, output);
	else storeRows(code, tile, sums, output);
}

/** Stores sums of which the lanes are columns. */
function storeColumns(
	code: Code,
	{ dtype, columns, outputRow }: Tile,
	sums: readonly (readonly Local[])[],
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

/** Adds the lanes of up to three sums of a row up, the first half to the second until one is left, and stores the totals. */
function storeTotals(
	code: Code,
	{ dtype, columns, outputRow }: Tile,
	sums: readonly (readonly Local[])[],
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
	/** Of two sums of four lanes, those of both: two of each. */
	const pairOf = (x: Local | undefined, y = x): Local[] =>
		x && y ? [halved(x, y, [0, 4, 1, 5], [2, 6, 3, 7])] : [];
	for (const [row, ofRow] of sums.entries()) {
		const [a, b, c] = ofRow;
		const [first, second = first] = dtype === 'f64' ? ofRow : [...pairOf(a, b), ...pairOf(c)];
		if (!first || !second) continue;
		const total = halved(first, second, [0, 1, 4, 5], [2, 3, 6, 7]);
		storeNeighbours(code, { dtype, parts: [total, total] }, output, row * outputRow, columns);
	}
}

/** Stores sums of which the lanes are rows, of up to three columns. */
function storeRows(
	code: Code,
	{ dtype, rows, columns, outputRow }: Tile,
	[first = [], second = first, third]: readonly (readonly Local[])[],
	output: Local,
): void {
	for (const [tile, x] of first.entries()) {
		const [y = x, z] = [second[tile], third?.[tile]];
		const offsetOf = (lane: number): number => (tile * width + lane) * outputRow;
		const count = Math.min(rows - tile * width, width);
		if (z !== undefined) {
			for (const [lane, part] of transposed(code, [x, y, z, z]).slice(0, count).entries())
				storeNeighbours(code, { dtype, parts: [part] }, output, offsetOf(lane), columns);
			continue;
		}
		// Of two columns those of two rows in a vector: half the instructions.
		const pairs = [
			code.get(x).get(y).shuffle32(0, 4, 1, 5).keep('v128'),
			code.get(x).get(y).shuffle32(2, 6, 3, 7).keep('v128'),
		];
		for (let lane = 0; lane < count; lane++) {
			code.get(output).get(pairs[lane >> 1] as Local); // as there are four lanes
			if (columns === 2) code.laneAccess('v128.store64_lane', lane % 2, offsetOf(lane));
			else code.laneAccess('v128.store32_lane', 2 * (lane % 2), offsetOf(lane));
		}
	}
}

type FourLanes = readonly [number, number, number, number];
