import { type DType, elementBytes } from '../../../graph/dtype.ts';
import type { Pack } from '../../../lowering/ir/kernel.ts';
import type { Code, Local } from '../../assembler/code.ts';
import { loadApart, loadNeighbours, loadOne, storeNeighbours, transposed } from '../access.ts';
import { type Value, width } from '../value.ts';

/** Where a strip is read and written, at its first step. */
export interface Pass {
	readonly from: Local;
	readonly to: Local;
	/** In bytes. */
	readonly innerStride: number;
	readonly columnStride: number;
}

/** A part of the inner axis, or all of it. */
export type Stretch = { readonly begin: Local; readonly count: Local } | null;

/** One strip: its whole panels side by side, then what is left of a panel. */
export function emitStrip(
	code: Code,
	pack: Pack,
	columns: number,
	pass: Pass,
	stretch: Stretch,
): void {
	const { inner, source, layout } = pack;
	const { panel } = layout;
	const bytes = elementBytes[source.dtype];
	const whole = Math.floor(columns / panel) * panel;
	const [from, to] = [code.local('i32'), code.local('i32')];
	for (const { first, count } of [
		{ first: 0, count: whole },
		{ first: whole, count: columns - whole },
	]) {
		if (count === 0) continue;
		code
			.get(pass.from)
			.i32(first * pass.columnStride)
			.op('i32.add')
			.set(from);
		code
			.get(pass.to)
			.i32(inner * first * bytes)
			.op('i32.add')
			.set(to);
		const emit = first === whole && layout.tail === 'along' ? emitAlong : emitPanels;
		emit(code, pack, count, { ...pass, from, to }, stretch);
	}
}

/** The last columns, vector by vector along the inner axis, all of them at each step of it. */
function emitAlong(
	code: Code,
	{ source: { dtype }, inner, layout }: Pack,
	columns: number,
	{ from, to, innerStride, columnStride }: Pass,
	stretch: Stretch,
): void {
	const lanes = layout.vector;
	const left = code.local('i32');
	if (stretch === null) code.i32(inner);
	else {
		code.get(from).get(stretch.begin).i32(innerStride).op('i32.mul').op('i32.add').set(from);
		code.get(to).get(stretch.begin);
		code
			.i32((16 / lanes) * columns)
			.op('i32.mul')
			.op('i32.add')
			.set(to);
		code.get(stretch.count);
	}
	code.set(left);
	code.loop((again) => {
		for (let column = 0; column < columns; column++) {
			const first = column * columnStride;
			const neighbours = Array.from({ length: lanes }, (_, lane) => ({
				address: from,
				offset: first + lane * innerStride,
			}));
			const [vector] =
				innerStride === 16 / lanes
					? [code.get(from).access('v128.load', first).keep('v128')]
					: loadApart(code, dtype, neighbours).parts;
			if (vector === undefined) throw new Error('internal: nothing to pack');
			code
				.get(to)
				.get(vector)
				.access('v128.store', 16 * column);
		}
		code
			.get(from)
			.i32(lanes * innerStride)
			.op('i32.add')
			.set(from);
		code
			.get(to)
			.i32(16 * columns)
			.op('i32.add')
			.set(to);
		code.get(left).i32(lanes).op('i32.sub').tee(left).brIf(again);
	});
}

/** Panels of one width: for each step of the inner axis their `columns`, side by side within each. */
function emitPanels(
	code: Code,
	pack: Pack,
	columns: number,
	{ from, to, innerStride, columnStride }: Pass,
	stretch: Stretch,
): void {
	const { inner } = pack;
	const { dtype } = pack.source;
	const bytes = elementBytes[dtype];
	const panels = panelsOf(pack, columns);
	const left = code.local('i32');
	/** As often as `left` says: so many steps of the inner axis. */
	const repeat = (steps: number, pack: () => void): void => {
		code.loop((again) => {
			pack();
			code
				.get(from)
				.i32(steps * innerStride)
				.op('i32.add')
				.set(from);
			code
				.get(to)
				.i32(steps * panels.stepBytes)
				.op('i32.add')
				.set(to);
			code.get(left).i32(1).op('i32.sub').tee(left).brIf(again);
		});
	};
	const one = (): void => emitStep(code, pack, panels, { from, to, innerStride, columnStride });
	if (stretch !== null) {
		const { begin, count } = stretch;
		code.get(from).get(begin).i32(innerStride).op('i32.mul').op('i32.add').set(from);
		code.get(to).get(begin).i32(panels.stepBytes).op('i32.mul').op('i32.add').set(to);
		code.get(count).set(left);
		repeat(1, one);
		return;
	}
	const transposes = innerStride === bytes && columnStride !== bytes && bytes === 4;
	const turns = transposes ? Math.floor(inner / width) : 0;
	if (turns > 0) {
		code.i32(turns).set(left);
		repeat(width, () =>
			emitTransposedSteps(code, dtype, panels, { from, to, innerStride, columnStride }),
		);
	}
	const others = inner - turns * width;
	if (others > 0) {
		code.i32(others).set(left);
		repeat(1, one);
	}
}

/** The panels that so many columns make. */
interface PanelVectors {
	/** The vectors of one step of the inner axis, in all panels; the last of a panel may be shorter. */
	readonly vectors: readonly PanelVector[];
	/** The bytes from one step of the inner axis to the next, in each panel. */
	readonly stepBytes: number;
}

/** Some columns of a panel. */
interface PanelVector {
	readonly first: number;
	/** How many there are, and how many lanes are stored. */
	readonly columns: number;
	readonly lanes: number;
	/** Where it lies in the output, from the first of all. */
	readonly offset: number;
}

function panelsOf(
	{ source: { dtype }, inner, layout: { panel, fill } }: Pack,
	columns: number,
): PanelVectors {
	const ofPanel = Math.min(panel, Math.ceil(columns / fill) * fill);
	const bytes = elementBytes[dtype];
	const vectors: PanelVector[] = [];
	for (let start = 0; start < columns; start += ofPanel)
		for (let at = 0; at < Math.min(ofPanel, columns - start); at += width)
			vectors.push({
				first: start + at,
				columns: Math.min(width, ofPanel - at, columns - start - at),
				lanes: Math.min(width, ofPanel - at),
				offset: (inner * start + at) * bytes,
			});
	return { vectors, stepBytes: ofPanel * bytes };
}

/** One step of the inner axis. */
function emitStep(
	code: Code,
	{ source: { dtype } }: Pack,
	{ vectors }: PanelVectors,
	{ from, to, columnStride }: Pass,
): void {
	for (const { first, columns, lanes, offset } of vectors) {
		const start = first * columnStride;
		const apart = Array.from({ length: columns }, (_, lane) => ({
			address: from,
			offset: start + lane * columnStride,
		}));
		let value: Value;
		if (columnStride === elementBytes[dtype]) value = loadNeighbours(code, dtype, from, start);
		else if (columnStride === 0) value = loadOne(code, dtype, from, 0);
		else value = loadApart(code, dtype, apart);
		storeNeighbours(code, value, to, offset, lanes);
	}
}

/** As many steps as a vector has elements, which lie side by side in each column. */
function emitTransposedSteps(
	code: Code,
	dtype: DType,
	{ vectors, stepBytes }: PanelVectors,
	{ from, to, columnStride }: Pass,
): void {
	for (const { first, columns, lanes, offset } of vectors) {
		const rows = Array.from({ length: width }, (_, i) =>
			code
				.get(from)
				.access('v128.load', (first + Math.min(i, columns - 1)) * columnStride)
				.keep('v128'),
		) as [Local, Local, Local, Local]; // as many as a vector is wide
		for (const [step, column] of transposed(code, rows).entries())
			storeNeighbours(code, { dtype, parts: [column] }, to, step * stepBytes + offset, lanes);
	}
}
