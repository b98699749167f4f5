import { elementBytes } from '../../../graph/dtype.ts';
import { sizeOf } from '../../../graph/shape.ts';
import { innerStepsOf, packedBlockSize } from '../../../lowering/execution/windowBlocks.ts';
import type { Convolution } from '../../../lowering/ir/kernel.ts';
import type { Target } from '../../../lowering/target.ts';
import type { Code, Local } from '../../assembler/code.ts';
import type { AddressOf } from '../addresses.ts';
import { addressOfItem, advance, repeat } from '../scalar.ts';
import { width } from '../value.ts';
import { addressBias, stepsOfIteration } from './tile.ts';
import type { Tiles } from './tiles.ts';
import { emitWindowPanel, type WindowAxis, WindowPosition } from './windows.ts';

/** The multiply-adds of a convolution from which on longer code is worth its making. */
const minLargeConvolution = 2 ** 18;

/**
 * Emits products with windows: for each block of columns, and each block of the inner axes, the windows are packed into
 * panels, with which all rows are multiplied by the tiles of other products.
 */
export class ConvolutionEmitter {
	readonly #code: Code;
	readonly #tiles: Tiles;
	readonly #addressOf: AddressOf;
	readonly #kernel: Convolution;
	readonly #bytes: number;
	/** The rows of a tile. */
	readonly #tileRows: number;
	/** The columns of a panel, of all matrices, and the blocks of these. */
	readonly #panel: number;
	readonly #columns: number;
	readonly #blocksOfMatrix: number;
	readonly #inner: readonly WindowAxis[];
	/** Of the left operand, in bytes: from one row to the next, and from one step along the axes of a block to the next. */
	readonly #leftRow: number;
	readonly #leftInner: number;

	constructor(code: Code, tiles: Tiles, addressOf: AddressOf, target: Target, kernel: Convolution) {
		const { batch, inner, columns, left, right, output, blocks } = kernel;
		this.#code = code;
		this.#tiles = tiles;
		this.#addressOf = addressOf;
		this.#kernel = kernel;
		this.#bytes = elementBytes[output.dtype];
		this.#panel = target.tileColumns[output.dtype];
		this.#tileRows = target.tileRows[output.dtype];
		this.#columns = sizeOf(columns);
		this.#blocksOfMatrix = Math.ceil(this.#columns / blocks.columns);
		this.#leftRow = (left.at.strides[batch.length] ?? 0) * this.#bytes;
		this.#leftInner = (left.at.strides.at(-1) ?? 0) * this.#bytes;
		this.#inner = inner.map((length, axis) => ({
			length,
			stride: (right.at.strides[batch.length + axis] ?? 0) * this.#bytes,
		}));
	}

	/** The blocks from `begin` before `end`; `part` says which part of the scratch room is theirs. */
	emit(begin: Local, end: Local, part: Local): void {
		const code = this.#code;
		const { inner, blocks, scratch } = this.#kernel;
		const room = addressOfItem(
			code,
			this.#addressOf(scratch),
			part,
			packedBlockSize(inner, blocks) * this.#bytes,
		);
		const item = code.get(begin).keep('i32');
		code.loop((again) => {
			this.#item(item, room);
			advance(code, item, 1);
			code.get(item).get(end).op('i32.lt_u').brIf(again);
		});
	}

	#item(item: Local, room: Local): void {
		const code = this.#code;
		const { left, right, output, rows, blocks, batch, inner, columns } = this.#kernel;
		const block = code.get(item).i32(this.#blocksOfMatrix).op('i32.rem_u').keep('i32');
		const matrix = code.get(item).i32(this.#blocksOfMatrix).op('i32.div_u').keep('i32');
		const leftAt = this.#ofMatrix(left, matrix);
		const rightAt = this.#ofMatrix(right, matrix);
		const first = code.get(block).i32(blocks.columns).op('i32.mul').keep('i32');
		code
			.get(matrix)
			.i32(rows * this.#columns)
			.op('i32.mul')
			.get(first)
			.op('i32.add');
		code.i32(this.#bytes).op('i32.mul').i32(this.#addressOf(output)).op('i32.add');
		const outputAt = code.keep('i32');
		const position = new WindowPosition(
			code,
			columns.map((length, axis) => ({
				length,
				stride: (right.at.strides[batch.length + inner.length + axis] ?? 0) * this.#bytes,
			})),
		);
		// The last block of a matrix may have fewer columns.
		const rest = this.#columns - (this.#blocksOfMatrix - 1) * blocks.columns;
		const emit = (count: number): void =>
			this.#block(count, { leftAt, rightAt, outputAt, room, first, position });
		if (rest === blocks.columns) emit(rest);
		else
			code
				.get(block)
				.i32(this.#blocksOfMatrix - 1)
				.op('i32.eq')
				.if(
					() => emit(rest),
					() => emit(blocks.columns),
				);
	}

	/** Where an operand of a matrix of the batch begins. */
	#ofMatrix({ buffer, at }: Convolution['left'], matrix: Local): Local {
		const code = this.#code;
		const { batch } = this.#kernel;
		const address = code.local('i32');
		code.i32(this.#addressOf(buffer) + at.offset * this.#bytes).set(address);
		let rest = matrix;
		for (let axis = batch.length - 1; axis >= 0; axis--) {
			const stride = (at.strides[axis] ?? 0) * this.#bytes;
			const length = batch[axis] ?? 1;
			if (stride !== 0) {
				code.get(address).get(rest).i32(length).op('i32.rem_u');
				code.i32(stride).op('i32.mul').op('i32.add').set(address);
			}
			if (axis > 0) rest = code.get(rest).i32(length).op('i32.div_u').keep('i32');
		}
		return address;
	}

	/** All rows by so many columns. */
	#block(columns: number, at: BlockPlace): void {
		const { axis, length } = this.#kernel.blocks;
		const whole = this.#inner[axis]?.length ?? 0;
		const count = sizeOf(this.#inner.slice(0, axis).map((each) => each.length));
		const isOne = count === 1 && whole <= length && whole > 0;
		if (!isOne) this.#clear(columns, at.outputAt);
		const code = this.#code;
		const [leftAt, rightAt] = [code.get(at.leftAt).keep('i32'), code.get(at.rightAt).keep('i32')];
		/** Goes through the axes before that of the blocks, the outermost first. */
		const through = (outer: number): void => {
			if (outer === axis) {
				this.#alongAxis(columns, { ...at, leftAt, rightAt }, isOne);
				return;
			}
			const { length: steps, stride } = this.#inner[outer] as WindowAxis; // outer is in range
			const leftStride = this.#leftStride(outer);
			repeat(code, steps, () => {
				through(outer + 1);
				advance(code, leftAt, leftStride);
				advance(code, rightAt, stride);
			});
			advance(code, leftAt, -steps * leftStride);
			advance(code, rightAt, -steps * stride);
		};
		if (count > 0 && whole > 0) through(0);
	}

	/** Blocks along their own axis, the last of which may be shorter. */
	#alongAxis(columns: number, at: BlockPlace, isOne: boolean): void {
		const code = this.#code;
		const { axis, length } = this.#kernel.blocks;
		const whole = this.#inner[axis]?.length ?? 0;
		const stride = this.#inner[axis]?.stride ?? 0;
		const [leftAt, rightAt] = [code.get(at.leftAt).keep('i32'), code.get(at.rightAt).keep('i32')];
		const emit = (steps: number): void =>
			this.#multiply(columns, steps, { ...at, leftAt, rightAt }, isOne);
		const blocks = Math.floor(whole / length);
		if (blocks > 0)
			repeat(code, blocks, () => {
				emit(length);
				advance(code, leftAt, length * this.#leftStride(axis));
				advance(code, rightAt, length * stride);
			});
		if (whole % length > 0) emit(whole % length);
	}

	/** One block of windows, packed, by all rows; `steps` along the axis of the blocks. */
	#multiply(columns: number, steps: number, at: BlockPlace, isOne: boolean): void {
		const code = this.#code;
		const { axis } = this.#kernel.blocks;
		const axes = this.#inner
			.slice(axis)
			.map((each, i) => (i === 0 ? { ...each, length: steps } : each));
		const inner = innerStepsOf(this.#kernel.inner, { ...this.#kernel.blocks, length: steps });
		const panels = Math.floor(columns / this.#panel);
		const rest = columns - panels * this.#panel;
		const { dtype } = this.#kernel.output;
		at.position.goTo(at.first);
		const to = code.get(at.room).keep('i32');
		const ofPanel = (count: number): void =>
			emitWindowPanel(code, dtype, axes, count, at.rightAt, at.position, to);
		if (panels > 0) repeat(code, panels, () => ofPanel(this.#panel));
		if (rest > 0) ofPanel(rest);
		const panelAt = code.get(at.room).keep('i32');
		const outputAt = code.get(at.outputAt).keep('i32');
		const panelBytes = inner * this.#panel * this.#bytes;
		if (panels > 0)
			repeat(code, panels, () => {
				this.#rows(this.#panel, inner, at.leftAt, panelAt, outputAt, isOne);
				advance(code, panelAt, panelBytes);
				advance(code, outputAt, this.#panel * this.#bytes);
			});
		if (rest > 0) this.#rows(rest, inner, at.leftAt, panelAt, outputAt, isOne);
	}

	/** All rows by one panel. */
	#rows(
		columns: number,
		inner: number,
		left: Local,
		panel: Local,
		output: Local,
		isOne: boolean,
	): void {
		const code = this.#code;
		const { rows } = this.#kernel;
		const tileRows = this.#tileRows;
		const [leftTile, outputTile] = [code.get(left).keep('i32'), code.get(output).keep('i32')];
		const tile = (count: number): void => {
			code.get(leftTile).i32(addressBias).op('i32.sub');
			code.get(panel).i32(addressBias).op('i32.sub');
			code.get(outputTile).call(
				this.#tiles.of({
					dtype: this.#kernel.output.dtype,
					lanes: 'columns',
					rows: count,
					columns,
					inner,
					leftRow: this.#leftRow,
					rowsTogether: count,
					leftTile: 0,
					leftInner: this.#leftInner,
					rightInner: Math.ceil(columns / width) * width * this.#bytes,
					outputRow: this.#columns * this.#bytes,
					adds: !isOne,
					steps: stepsOfIteration({ lanes: 'columns', columns }, this.#isLarge),
				}),
			);
		};
		const whole = Math.floor(rows / tileRows);
		if (whole > 0)
			repeat(code, whole, () => {
				tile(tileRows);
				advance(code, leftTile, tileRows * this.#leftRow);
				advance(code, outputTile, tileRows * this.#columns * this.#bytes);
			});
		if (rows % tileRows > 0) tile(rows % tileRows);
	}

	get #isLarge(): boolean {
		const { batch, rows, inner } = this.#kernel;
		return sizeOf(batch) * rows * sizeOf(inner) * this.#columns >= minLargeConvolution;
	}

	/** Zeros to add to. */
	#clear(columns: number, outputAt: Local): void {
		const code = this.#code;
		const row = code.get(outputAt).keep('i32');
		if (this.#kernel.rows === 0) return;
		repeat(code, this.#kernel.rows, () => {
			code
				.get(row)
				.i32(0)
				.i32(columns * this.#bytes)
				.memoryFill();
			advance(code, row, this.#columns * this.#bytes);
		});
	}

	/** From one step along an inner axis to the next, in bytes of the left operand. */
	#leftStride(axis: number): number {
		const { left, batch } = this.#kernel;
		return (left.at.strides[batch.length + 1 + axis] ?? 0) * this.#bytes;
	}
}

/** Where a block is read and written. */
interface BlockPlace {
	readonly leftAt: Local;
	readonly rightAt: Local;
	readonly outputAt: Local;
	readonly room: Local;
	/** The number of its first column. */
	readonly first: Local;
	readonly position: WindowPosition;
}
