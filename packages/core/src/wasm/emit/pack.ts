import { sizeOf } from '../../graph/shape.ts';
import { type Pack, packedSize } from '../../lowering/kernel.ts';
import { elementBytes } from '../../lowering/plan.ts';
import type { Code, Local } from '../assembler/code.ts';
import { loadApart, loadNeighbours, loadOne, storeNeighbours } from './access.ts';
import type { AddressOf } from './places.ts';
import { width } from './value.ts';

/** The panels of a packed operand, over its whole batch: what threads share. */
export function panelCount({ batch, columns, panel }: Pack): number {
	return sizeOf(batch) * Math.ceil(columns / panel);
}

/** Rearranges the panels from `begin` before `end`. */
export function emitPack(
	code: Code,
	addressOf: AddressOf,
	pack: Pack,
	begin: Local,
	end: Local,
): void {
	const { source, at, batch, inner, columns, panel: widest, output } = pack;
	const { dtype } = source;
	const bytes = elementBytes[dtype];
	const panels = Math.ceil(columns / widest);
	const last = columns - (panels - 1) * widest;
	const strides = at.strides.map((stride) => stride * bytes);
	const [innerStride, columnStride] = [strides.at(-2) ?? 0, strides.at(-1) ?? 0];
	const panel = code.local('i32');
	const [from, to] = [code.local('i32'), code.local('i32')];
	code.get(begin).set(panel);
	code.block((leave) => {
		code.loop((again) => {
			code.get(panel).get(end).op('i32.ge_u').brIf(leave);
			// The matrix within the batch, and the panel within the matrix.
			const matrix = code.get(panel).i32(panels).op('i32.div_u').keep('i32');
			const within = code.get(panel).i32(panels).op('i32.rem_u').keep('i32');
			code.i32(addressOf(source) + at.offset * bytes);
			code
				.get(within)
				.i32(widest * columnStride)
				.op('i32.mul')
				.op('i32.add');
			let rest = matrix;
			for (let axis = batch.length - 1; axis >= 0; axis--) {
				const length = batch[axis] ?? 1;
				code
					.get(rest)
					.i32(length)
					.op('i32.rem_u')
					.i32(strides[axis] ?? 0)
					.op('i32.mul')
					.op('i32.add');
				if (axis > 0) {
					code.set(from);
					rest = code.get(rest).i32(length).op('i32.div_u').keep('i32');
					code.get(from);
				}
			}
			code.set(from);
			code.i32(addressOf(output));
			code
				.get(matrix)
				.i32(packedSize(inner, columns) * bytes)
				.op('i32.mul')
				.op('i32.add');
			code
				.get(within)
				.i32(inner * widest * bytes)
				.op('i32.mul')
				.op('i32.add')
				.set(to);
			const whole = (count: number): void =>
				emitPanel(code, dtype, inner, count, { from, innerStride, columnStride }, to);
			if (last === widest) whole(widest);
			else
				code
					.get(within)
					.i32(panels - 1)
					.op('i32.eq')
					.if(
						() => whole(last),
						() => whole(widest),
					);
			code.get(panel).i32(1).op('i32.add').set(panel);
			code.br(again);
		});
	});
}

interface Source {
	readonly from: Local;
	/** In bytes. */
	readonly innerStride: number;
	readonly columnStride: number;
}

/** One panel: for each place of the inner axis its `columns`, side by side. */
function emitPanel(
	code: Code,
	dtype: Pack['source']['dtype'],
	inner: number,
	columns: number,
	{ from, innerStride, columnStride }: Source,
	to: Local,
): void {
	const bytes = elementBytes[dtype];
	const vectors = Math.ceil(columns / width);
	const rowBytes = vectors * width * bytes;
	const left = code.local('i32');
	const step = (count: number, stepOf: () => void): void => {
		if (count === 0) return;
		code.i32(count).set(left);
		code.loop((again) => {
			stepOf();
			code.get(left).i32(1).op('i32.sub').tee(left).brIf(again);
		});
	};
	const advance = (places: number): void => {
		code
			.get(from)
			.i32(places * innerStride)
			.op('i32.add')
			.set(from);
		code
			.get(to)
			.i32(places * rowBytes)
			.op('i32.add')
			.set(to);
	};
	const one = (): void => {
		for (let vector = 0; vector < vectors; vector++) {
			const offset = vector * width * columnStride;
			const count = Math.min(width, columns - vector * width);
			const value =
				columnStride === bytes
					? loadNeighbours(code, dtype, from, offset)
					: columnStride === 0
						? loadOne(code, dtype, from, 0)
						: loadApart(
								code,
								dtype,
								Array.from({ length: count }, (_, lane) => ({
									address: from,
									offset: offset + lane * columnStride,
								})),
							);
			storeNeighbours(code, value, to, vector * width * bytes, width);
		}
		advance(1);
	};
	const transposes = innerStride === bytes && columnStride !== bytes && bytes === 4;
	if (!transposes) {
		step(inner, one);
		return;
	}
	step(Math.floor(inner / width), () => {
		for (let vector = 0; vector < vectors; vector++) {
			const columnsHere = Math.min(width, columns - vector * width);
			const [a, b, c, d] = Array.from({ length: width }, (_, i) =>
				code
					.get(from)
					.access('v128.load', (vector * width + Math.min(i, columnsHere - 1)) * columnStride)
					.keep('v128'),
			) as [Local, Local, Local, Local]; // as many as a vector is wide
			const lowPairs = [
				code.get(a).get(b).shuffle32(0, 4, 1, 5).keep('v128'),
				code.get(c).get(d).shuffle32(0, 4, 1, 5).keep('v128'),
			] as const;
			const highPairs = [
				code.get(a).get(b).shuffle32(2, 6, 3, 7).keep('v128'),
				code.get(c).get(d).shuffle32(2, 6, 3, 7).keep('v128'),
			] as const;
			for (const [half, [x, y]] of [lowPairs, highPairs].entries())
				for (const odd of [0, 1]) {
					code
						.get(to)
						.get(x)
						.get(y)
						.shuffle32(2 * odd, 2 * odd + 1, 4 + 2 * odd, 5 + 2 * odd);
					code.access('v128.store', (2 * half + odd) * rowBytes + vector * width * bytes);
				}
		}
		advance(width);
	});
	step(inner % width, one);
}
