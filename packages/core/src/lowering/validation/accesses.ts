import { type Shape, sameShape, sizeOf, stridesOf } from '../../graph/shape.ts';
import type { Affine, Buffer, Expression, Reduction } from '../ir/expression.ts';
import type {
	Convolution,
	Kernel,
	Panels,
	Product,
	RowKernel,
	Stage,
	Strided,
} from '../ir/kernel.ts';
import { type PanelLayout, packedSize } from '../ir/kernel.ts';

/** What one expression or store does with a buffer, in all rows of a kernel. */
export interface Access {
	readonly buffer: Buffer;
	/** The stage or product of the kernel, counted from 0: for each row one follows the other. */
	readonly step: number;
	/** How far a step along each axis of the rows moves it, in elements. */
	readonly rowStrides: readonly number[];
	/** The first element of the buffer that the row at 0 reaches, and the last. */
	readonly low: number;
	readonly high: number;
	/** The loops within a row; null where they do not say which element it is. */
	readonly inner: readonly Loop[] | null;
	/** The position of the first row and the first turn of all loops. */
	readonly offset: number;
}

/** A loop: the number of its turns, and the elements that each is further than the one before. */
export interface Loop {
	readonly length: number;
	readonly stride: number;
}

/** What a kernel loads and stores. */
export interface Accesses {
	readonly rows: Shape;
	readonly loads: readonly Access[];
	readonly stores: readonly Access[];
	/** Memory that it writes and reads in any order, and that holds nothing before and after. */
	readonly scratch: readonly Access[];
}

/** All accesses of a kernel; those of kernels that are no rows are of whole buffers, at once. */
export function accessesOf(kernel: Kernel): Accesses {
	switch (kernel.kind) {
		case 'rows':
			return accessesOfRows(kernel);
		case 'pack': {
			const { source, at, batch, inner, columns, output } = kernel;
			const loops = loopsOf([...batch, inner, columns], at.strides);
			expectPanels(output, kernel.layout, sizeOf(batch), inner, columns);
			return atOnce([access(source, 0, [], at.offset, loops)], [output]);
		}
		case 'convolution':
			return { rows: [], ...accessesOfConvolution(kernel, []) };
		case 'check':
			return atOnce([whole(kernel.elements, 0)], []);
		case 'scatterAdd': {
			const { updates, indices, sums, output } = kernel;
			return atOnce([whole(updates, 0), whole(indices, 0)], [...new Set([sums, output])]);
		}
		case 'sort':
		case 'argsort':
			return atOnce([whole(kernel.input, 0)], [kernel.output], [kernel.scratch]);
		case 'cumsum':
			return atOnce([whole(kernel.input, 0)], [kernel.output]);
	}
}

function atOnce(
	loads: readonly Access[],
	stored: readonly Buffer[],
	scratch: readonly Buffer[] = [],
): Accesses {
	const all = (buffers: readonly Buffer[]): Access[] =>
		buffers.map((buffer) => whole(buffer, 0)).filter(reachesAny);
	return {
		rows: [],
		loads: inAnyOrder(loads),
		stores: all(stored),
		scratch: all(scratch),
	};
}

function reachesAny({ buffer, high, low }: Access): boolean {
	return buffer.size > 0 && high >= low;
}

/** Loads in an order of their own: none is at the position of a store. */
function inAnyOrder(loads: readonly Access[]): Access[] {
	return loads.filter(reachesAny).map((load) => ({ ...load, inner: null }));
}

function accessesOfRows({ rows, segments }: RowKernel): Accesses {
	const loads: Access[] = [];
	const stores: Access[] = [];
	const scratch: Access[] = [];
	if (rows.includes(0)) return { rows, loads, stores, scratch };
	let step = 0;
	for (const segment of segments) {
		if (segment.kind === 'product') {
			addProduct(segment, rows, step++, loads, stores);
			continue;
		}
		if (segment.kind === 'convolution') {
			if (step > 0) fail('a convolution comes after something else in its kernel');
			if (!sameShape(segment.batch.slice(0, rows.length), rows))
				fail(`${segment.batch} convolutions in rows ${rows}`);
			const used = accessesOfConvolution(segment, rows);
			loads.push(...used.loads);
			stores.push(...used.stores);
			scratch.push(...used.scratch);
			step++;
			continue;
		}
		const found = new Set<Reduction>();
		const known = new Set<Expression>();
		for (const stage of segment.stages) {
			addStage(stage, rows.length, step++, { found, known }, loads, stores);
			for (const reduction of stage.reductions) found.add(reduction);
		}
	}
	return { rows, loads, stores, scratch };
}

/** What a convolution uses, as the first step of rows, which are the first axes of its batch. */
function accessesOfConvolution(
	{ batch: all, rows: outputs, inner, columns, left, right, output, scratch }: Convolution,
	rows: Shape,
): Omit<Accesses, 'rows'> {
	const rank = rows.length;
	const batch = all.slice(rank);
	const operand = ({ buffer, at }: Convolution['left'], lengths: Shape): Access =>
		access(
			buffer,
			0,
			at.strides.slice(0, rank),
			at.offset,
			loopsOf(lengths, at.strides.slice(rank)),
		);
	const ofRow = [...batch, outputs, ...columns];
	const rowStrides = stridesOf([...rows, sizeOf(ofRow)]).slice(0, rank);
	const loops = loopsOf([sizeOf(ofRow)], [1]);
	return {
		loads: inAnyOrder([
			operand(left, [...batch, outputs, ...inner]),
			operand(right, [...batch, ...inner, ...columns]),
		]),
		stores: [access(output, 0, rowStrides, 0, loops)].filter(reachesAny),
		scratch: [whole(scratch, 0, rank)].filter(reachesAny),
	};
}

/** What the stages of a row before have left. */
interface Row {
	/** Reductions that are over. */
	readonly found: ReadonlySet<Reduction>;
	/** Expressions of the row alone: they are computed once, in the first stage that needs them. */
	readonly known: Set<Expression>;
}

function addStage(
	{ inner, expressions, stores: stored }: Stage,
	rank: number,
	step: number,
	{ found, known }: Row,
	loads: Access[],
	stores: Access[],
): void {
	if (inner.includes(0)) return;
	const ofRow = new Set<Expression>();
	const at = (buffer: Buffer, { offset, strides }: Affine): Access =>
		access(buffer, step, strides.slice(0, rank), offset, loopsOf(inner, strides.slice(rank)));
	const standsStill = ({ strides }: Affine): boolean =>
		strides.slice(rank).every((stride) => stride === 0);
	for (const expression of expressions) {
		switch (expression.kind) {
			case 'number':
				ofRow.add(expression);
				break;
			case 'position':
				if (standsStill(expression.at)) ofRow.add(expression);
				break;
			case 'reduced':
				if (!found.has(expression.reduction)) fail('a reduction is used before it is over');
				ofRow.add(expression);
				break;
			case 'apply':
				if (expression.inputs.every((input) => ofRow.has(input))) ofRow.add(expression);
				break;
			case 'load': {
				const { buffer, pick } = expression;
				const load = at(buffer, expression.at);
				const still = standsStill(expression.at) && (pick === null || ofRow.has(pick.index));
				if (still) ofRow.add(expression);
				if (!known.has(expression)) loads.push(pick === null ? load : picked(load, pick));
				break;
			}
		}
	}
	for (const expression of ofRow) known.add(expression);
	for (const { buffer, at: position } of stored) stores.push(at(buffer, position));
}

/** A load that an index moves, wherever that may lie. */
function picked(
	load: Access,
	{ index, stride }: { readonly index: Expression; readonly stride: number },
): Access {
	const [least, most] = boundsOf(index);
	const ends = [least * stride, most * stride];
	return {
		...load,
		low: load.low + Math.min(...ends),
		high: load.high + Math.max(...ends),
		inner: null,
	};
}

/** The least and the greatest that an index can be, if a minimum of a maximum says so. */
function boundsOf(index: Expression): readonly [number, number] {
	if (index.kind === 'number') return [index.value, index.value];
	if (index.kind === 'apply' && index.operation === 'minimum') {
		const [within, high] = index.inputs;
		if (high?.kind === 'number' && within?.kind === 'apply' && within.operation === 'maximum') {
			const [, low] = within.inputs;
			if (low?.kind === 'number') return [low.value, high.value];
		}
	}
	return fail('nothing bounds the index of a load');
}

function addProduct(
	{ left, right, output, inner, columns }: Product,
	rows: Shape,
	step: number,
	loads: Access[],
	stores: Access[],
): void {
	const matrices = sizeOf(rows.slice(0, -1));
	const matrix = rows.at(-1) ?? 1;
	const operand = (side: Strided | Panels, across: number, loops: readonly Loop[]): void => {
		if (loops.some(({ length }) => length === 0)) return;
		const { buffer } = side;
		if (side.kind === 'panels') {
			expectPanels(buffer, side.layout, side.shared ? 1 : matrices, inner, across);
			loads.push(whole(buffer, step, rows.length));
			return;
		}
		const { offset, strides } = side.at;
		loads.push(access(buffer, step, strides.slice(0, rows.length), offset, loops));
	};
	const innerOf = (side: Strided | Panels): Loop => ({
		length: inner,
		stride: side.kind === 'strided' ? side.innerStride : 0,
	});
	const across = { length: columns, stride: 1 };
	operand(left, matrix, [innerOf(left)]);
	operand(right, columns, [innerOf(right), across]);
	if (columns === 0) return;
	let stride = columns;
	const rowStrides = rows.map(() => 0);
	for (let axis = rows.length - 1; axis >= 0; axis--) {
		rowStrides[axis] = stride;
		stride *= rows[axis] ?? 1;
	}
	stores.push(access(output, step, rowStrides, 0, [across]));
}

function expectPanels(
	buffer: Buffer,
	layout: PanelLayout,
	matrices: number,
	inner: number,
	columns: number,
): void {
	if (buffer.size !== matrices * packedSize(layout, inner, columns))
		fail(`${buffer.size} elements of panels, for ${matrices} times ${inner} by ${columns}`);
}

function loopsOf(lengths: Shape, strides: readonly number[]): Loop[] {
	return lengths.map((length, axis) => ({ length, stride: strides[axis] ?? 0 }));
}

function access(
	buffer: Buffer,
	step: number,
	rowStrides: readonly number[],
	offset: number,
	inner: readonly Loop[],
): Access {
	let [low, high] = [offset, offset];
	for (const { length, stride } of inner) {
		if (length === 0) high = Number.NEGATIVE_INFINITY;
		else if (stride < 0) low += stride * (length - 1);
		else high += stride * (length - 1);
	}
	return { buffer, step, rowStrides, low, high, inner, offset };
}

/** Of all elements of a buffer, whatever the row. */
function whole(buffer: Buffer, step: number, rank = 0): Access {
	const rowStrides = new Array<number>(rank).fill(0);
	return access(buffer, step, rowStrides, 0, [{ length: buffer.size, stride: 1 }]);
}

/** A plan that must not run. */
export function fail(why: string): never {
	throw new Error(`internal: invalid plan: ${why}`);
}
