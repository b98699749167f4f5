import { allocate, type Data } from '../graph/dtype.ts';
import { sizeOf } from '../graph/shape.ts';
import type { Kernel } from './kernel.ts';

/** Rows and columns of the result that one pass of the inner loop computes. */
const tile = 4;

/**
 * [batch, m, k] by [batch, k, n]. Both operands are packed into f64 panels, `tile` rows and columns wide and
 * zero at the edges, so that the inner loop runs over neighbouring memory and keeps a block of sums in
 * registers; each sum is added up in f64 in the order of k.
 */
export const matmul: Kernel<null> = ([x, y], node) => {
	const [m = 0, k = 0] = node.inputs[0]?.shape.slice(-2) ?? [];
	const n = node.shape.at(-1) ?? 0;
	const batches = sizeOf(node.shape.slice(0, -2));
	const out = allocate(node.dtype, batches * m * n);
	if (x === undefined || y === undefined) throw new Error('internal: matmul without inputs');
	const whole = out instanceof Int32Array || out instanceof Uint8Array;
	if (whole)
		for (let b = 0; b < batches; b++)
			wholeProduct(out, b * m * n, x, b * m * k, y, b * k * n, m, k, n);
	else {
		const rows = new Float64Array(k * tile);
		const columns = new Float64Array(Math.ceil(n / tile) * tile * k);
		for (let b = 0; b < batches; b++) {
			packColumns(columns, y, b * k * n, k, n);
			for (let i = 0; i < m; i += tile) {
				packRows(rows, x, b * m * k + i * k, Math.min(tile, m - i), k);
				for (let j = 0; j < n; j += tile)
					multiplyTile(
						out,
						b * m * n + i * n + j,
						n,
						Math.min(tile, m - i),
						Math.min(tile, n - j),
						rows,
						columns,
						j * k,
						k,
					);
			}
		}
	}
	return out;
};

function packRows(rows: Float64Array, x: Data, start: number, count: number, k: number): void {
	rows.fill(0);
	for (let i = 0; i < count; i++)
		for (let p = 0; p < k; p++) rows[p * tile + i] = x[start + i * k + p]!;
}

function packColumns(columns: Float64Array, y: Data, start: number, k: number, n: number): void {
	let at = 0;
	for (let j = 0; j < n; j += tile) {
		const count = Math.min(tile, n - j);
		for (let p = 0; p < k; p++)
			for (let c = 0; c < tile; c++) columns[at++] = c < count ? y[start + p * n + j + c]! : 0;
	}
}

function multiplyTile(
	out: Data,
	start: number,
	stride: number,
	height: number,
	width: number,
	rows: Float64Array,
	columns: Float64Array,
	panel: number,
	k: number,
): void {
	// Two halves of the tile, for sixteen sums and their factors do not fit the registers.
	for (let half = 0; half < height; half += 2) {
		let [s00, s01, s02, s03, s10, s11, s12, s13] = [0, 0, 0, 0, 0, 0, 0, 0];
		for (let p = 0, a = half, b = panel; p < k; p++, a += tile, b += tile) {
			const a0 = rows[a]!;
			const a1 = rows[a + 1]!;
			const b0 = columns[b]!;
			const b1 = columns[b + 1]!;
			const b2 = columns[b + 2]!;
			const b3 = columns[b + 3]!;
			s00 += a0 * b0;
			s01 += a0 * b1;
			s02 += a0 * b2;
			s03 += a0 * b3;
			s10 += a1 * b0;
			s11 += a1 * b1;
			s12 += a1 * b2;
			s13 += a1 * b3;
		}
		const at = start + half * stride;
		out[at] = s00;
		if (width > 1) out[at + 1] = s01;
		if (width > 2) out[at + 2] = s02;
		if (width > 3) out[at + 3] = s03;
		if (half + 1 < height) {
			const below = at + stride;
			out[below] = s10;
			if (width > 1) out[below + 1] = s11;
			if (width > 2) out[below + 2] = s12;
			if (width > 3) out[below + 3] = s13;
		}
	}
}

/** Integers wrap, which f64 sums of large products would not. */
function wholeProduct(
	out: Data,
	start: number,
	x: Data,
	xStart: number,
	y: Data,
	yStart: number,
	m: number,
	k: number,
	n: number,
): void {
	for (let i = 0; i < m; i++)
		for (let j = 0; j < n; j++) {
			let total = 0;
			for (let p = 0; p < k; p++)
				total = (total + Math.imul(x[xStart + i * k + p]!, y[yStart + p * n + j]!)) | 0;
			out[start + i * n + j] = total;
		}
}
