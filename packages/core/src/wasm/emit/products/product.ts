import { elementBytes } from '../../../graph/dtype.ts';
import { sizeOf } from '../../../graph/shape.ts';
import { innerBlocks } from '../../../lowering/execution/innerBlocks.ts';
import type { Panels, Product, RowKernel } from '../../../lowering/ir/kernel.ts';
import { packedSize } from '../../../lowering/ir/kernel.ts';
import { narrowTail, type Target, vectorLength } from '../../../lowering/target.ts';
import type { Code, Local } from '../../assembler/code.ts';
import { Addresses, type AddressOf } from '../addresses.ts';
import { advance } from '../scalar.ts';
import { width } from '../value.ts';
import { emitFewRows, maxRowsWithoutTiles } from './fewRows.ts';
import { addressBias, stepsOfIteration, type Tile } from './tile.ts';
import type { Tiles } from './tiles.ts';

/** The most vectors of rows that a tile whose lanes are rows takes, and the sums of it that registers hold. */
const [maxRowVectors, maxRowSums] = [4, 8];

/** The multiply-adds of a product from which on longer code is worth its making. */
const minLargeProduct = 2 ** 18;

/** How the rows of a left operand lie, in bytes: the first, from one to the next, along the inner axis, and by tiles of `rows`. */
interface LeftOperand {
	readonly start: Local;
	readonly row: number;
	readonly inner: number;
	readonly tile: number;
}

/** How a right operand lies, in bytes: its first row, from one panel to the next, and along the inner axis. */
interface RightOperand {
	readonly start: Local;
	/** The columns of a panel. */
	readonly widest: number;
	readonly panel: number;
	/** In a panel that is so wide. */
	inner(panel: number): number;
}

/** Emits the product of the rows from `begin` before `end`, all of one matrix. */
export class ProductEmitter {
	readonly #code: Code;
	readonly #tiles: Tiles;
	readonly #addressOf: AddressOf;
	readonly #target: Target;
	readonly #kernel: RowKernel;
	readonly #product: Product;
	readonly #begin: Local;
	readonly #end: Local;
	readonly #bytes: number;
	readonly #tileRows: number;
	readonly #left: LeftOperand;
	readonly #right: RightOperand;
	readonly #outputStart: Local;
	readonly #row: Local;
	/** Where the panel at hand begins, in the right operand and in the output. */
	readonly #panelAt: Local;
	readonly #outputAt: Local;
	/** Where the tile at hand begins, in the left operand and in the output. */
	readonly #leftTile: Local;
	readonly #outputTile: Local;

	constructor(
		code: Code,
		tiles: Tiles,
		addressOf: AddressOf,
		target: Target,
		kernel: RowKernel,
		product: Product,
		begin: Local,
		end: Local,
	) {
		this.#code = code;
		this.#tiles = tiles;
		this.#addressOf = addressOf;
		this.#target = target;
		this.#kernel = kernel;
		this.#product = product;
		this.#begin = begin;
		this.#end = end;
		this.#bytes = elementBytes[product.output.dtype];
		this.#tileRows = target.tileRows[product.output.dtype];
		this.#left = this.#leftOperand();
		code.get(begin).i32(this.#outputRow).op('i32.mul');
		this.#outputStart = code.i32(addressOf(product.output)).op('i32.add').keep('i32');
		this.#right = this.#rightOperand();
		this.#row = code.local('i32');
		this.#panelAt = code.local('i32');
		this.#outputAt = code.local('i32');
		this.#leftTile = code.local('i32');
		this.#outputTile = code.local('i32');
	}

	emit(): void {
		const code = this.#code;
		const { right, inner, columns } = this.#product;
		if (right.kind === 'strided' && this.#matrixRows <= maxRowsWithoutTiles) {
			this.#emitFewRows(right.innerStride * this.#bytes);
			return;
		}
		const { widest } = this.#right;
		const wholePanels = Math.floor(columns / widest);
		const rest = columns - wholePanels * widest;
		const narrow = this.#narrowTail();
		const panels = columns / widest;
		for (const { from, length } of innerBlocks(inner, panels, this.#left.inner, this.#target)) {
			code.get(this.#right.start).set(this.#panelAt);
			code.get(this.#outputStart).set(this.#outputAt);
			if (wholePanels > 0) {
				const left = code.local('i32');
				code.i32(wholePanels).set(left);
				code.loop((again) => {
					this.#panel(this.#across(widest, length), from);
					advance(code, this.#panelAt, this.#right.panel);
					advance(code, this.#outputAt, widest * this.#bytes);
					code.get(left).i32(1).op('i32.sub').tee(left).brIf(again);
				});
			}
			if (rest > 0 && narrow === null) this.#panel(this.#across(rest, length), from);
		}
		if (narrow === null) return;
		const between = narrow.lanes === 'inner' ? 16 : this.#bytes;
		this.#panel(narrow, 0);
		for (let done = narrow.columns; done < rest; done += narrow.columns) {
			advance(code, this.#panelAt, narrow.columns * between);
			advance(code, this.#outputAt, narrow.columns * this.#bytes);
			this.#panel(narrow, 0);
		}
	}

	#emitFewRows(rightInner: number): void {
		const { inner, columns, output } = this.#product;
		const product = {
			dtype: output.dtype,
			fused: this.#tiles.fused,
			rows: this.#matrixRows,
			inner,
			columns,
			leftRow: this.#left.row,
			leftInner: this.#left.inner,
			rightInner,
			outputRow: this.#outputRow,
		};
		emitFewRows(this.#code, product, this.#left.start, this.#right.start, this.#outputStart);
	}

	get #matrixRows(): number {
		return this.#kernel.rows.at(-1) ?? 1;
	}

	get #outputRow(): number {
		return this.#product.columns * this.#bytes;
	}

	/** The work is worth more code. */
	get #isLarge(): boolean {
		const { inner, columns } = this.#product;
		return sizeOf(this.#kernel.rows) * inner * columns >= minLargeProduct;
	}

	#leftOperand(): LeftOperand {
		const code = this.#code;
		const { left, inner } = this.#product;
		if (left.kind === 'strided') {
			const row = (left.at.strides.at(-1) ?? 0) * this.#bytes;
			return {
				start: this.#addresses().rowAddress(left.buffer, left.at),
				row,
				inner: left.innerStride * this.#bytes,
				tile: this.#tileRows * row,
			};
		}
		const matrix = this.#matrixOf(left, this.#matrixRows);
		code.get(this.#begin).i32(this.#matrixRows).op('i32.rem_u');
		code
			.i32(inner * this.#bytes)
			.op('i32.mul')
			.get(matrix)
			.op('i32.add');
		return {
			start: code.keep('i32'),
			row: this.#bytes,
			inner: this.#tileRows * this.#bytes,
			tile: this.#tileRows * inner * this.#bytes,
		};
	}

	#rightOperand(): RightOperand {
		const { right, inner, columns, output } = this.#product;
		const widest = this.#target.tileColumns[output.dtype];
		if (right.kind === 'panels')
			return {
				start: this.#matrixOf(right, columns),
				widest,
				panel: inner * widest * this.#bytes,
				inner: (panel) => panel * this.#bytes,
			};
		return {
			start: this.#addresses().rowAddress(right.buffer, right.at),
			widest,
			panel: widest * this.#bytes,
			inner: () => right.innerStride * this.#bytes,
		};
	}

	#addresses(): Addresses {
		const { rows } = this.#kernel;
		return new Addresses(this.#code, this.#addressOf, { rows, lanes: 'inner' }, this.#begin);
	}

	/** The address of the matrix of a packed operand that the rows at hand are multiplied with. */
	#matrixOf({ buffer, shared, layout }: Panels, across: number): Local {
		const code = this.#code.i32(this.#addressOf(buffer));
		if (!shared) {
			code.get(this.#begin).i32(this.#matrixRows).op('i32.div_u');
			code
				.i32(packedSize(layout, this.#product.inner, across) * this.#bytes)
				.op('i32.mul')
				.op('i32.add');
		}
		return code.keep('i32');
	}

	/** Tiles for panels of so many columns, on a stretch of the inner axis. */
	#across(columns: number, length: number): Way {
		const tileRows = this.#tileRows;
		const panel = Math.ceil(columns / width) * width;
		const isOne = panel * this.#bytes === 16;
		return {
			lanes: 'columns',
			columns,
			inner: length,
			leftInner: this.#left.inner,
			rightInner: this.#right.inner(panel),
			// Of a single vector a tile takes twice the rows, or each sum would wait for itself.
			rows: this.#isLarge && isOne && this.#matrixRows >= 2 * tileRows ? 2 * tileRows : tileRows,
			rowsTogether: tileRows,
			leftTile: this.#left.tile,
		};
	}

	/**
	 * Tiles for the last columns where these are one vector at most, with which a tile would load a factor for each
	 * product, and where other lanes can be filled.
	 */
	#narrowTail(): Way | null {
		const { right, inner, columns, output } = this.#product;
		const { dtype } = output;
		const tileRows = this.#tileRows;
		const left = narrowTail(this.#target, dtype, columns);
		if (left === 0) return null;
		// Four as two pairs: for the sums of all, and what they are made of, there are not registers enough.
		const together = left === 4 ? 2 : left;
		if (right.kind === 'panels' && right.layout.tail === 'along')
			return {
				lanes: 'inner',
				// As many sums as a tile has, two for each row; of three columns fewer, in half of its rows.
				rows: together === 3 ? tileRows / 2 : (2 * tileRows) / together,
				columns: together,
				inner: inner / vectorLength(this.#target, dtype),
				leftInner: 16,
				rightInner: 16 * left,
				rowsTogether: tileRows,
				leftTile: this.#left.tile,
			};
		const { row, tile } = this.#left;
		const isPacked = this.#product.left.kind === 'panels';
		// A panel must be whole vectors, or rows of the next one would be those that follow.
		if (row !== this.#bytes || this.#bytes !== 4 || (isPacked && tileRows !== width)) return null;
		const tall = Math.min(Math.floor(maxRowSums / together), maxRowVectors) * width;
		return {
			lanes: 'rows',
			rows: this.#matrixRows >= tall ? tall : width,
			columns: together,
			inner,
			leftInner: this.#left.inner,
			rightInner: this.#right.inner(width),
			rowsTogether: width,
			leftTile: isPacked ? tile : width * row,
		};
	}

	/** All rows by the panel at `#panelAt`, on the inner axis from `from` on. */
	#panel(way: Way, from: number): void {
		const code = this.#code;
		code.get(this.#begin).set(this.#row);
		code
			.get(this.#left.start)
			.i32(from * way.leftInner)
			.op('i32.add')
			.set(this.#leftTile);
		code.get(this.#outputAt).set(this.#outputTile);
		const { rowsTogether, leftTile } = way;
		for (const rows of way.rows > rowsTogether ? [way.rows, rowsTogether] : [way.rows]) {
			code.block((leave) => {
				code.loop((again) => {
					code.get(this.#row).i32(rows).op('i32.add').get(this.#end).op('i32.gt_u').brIf(leave);
					this.#tile(way, rows, from);
					advance(code, this.#leftTile, (rows / rowsTogether) * leftTile);
					advance(code, this.#outputTile, rows * this.#outputRow);
					advance(code, this.#row, rows);
					code.br(again);
				});
			});
		}
		// Blocks of rows are whole tiles, except at the end of the matrix.
		const rest = this.#matrixRows % Math.min(way.rows, rowsTogether);
		if (rest > 0)
			code
				.get(this.#row)
				.get(this.#end)
				.op('i32.lt_u')
				.if(() => this.#tile(way, rest, from));
	}

	#tile(way: Way, rows: number, from: number): void {
		const code = this.#code.get(this.#leftTile).i32(addressBias).op('i32.sub');
		code
			.get(this.#panelAt)
			.i32(from * way.rightInner - addressBias)
			.op('i32.add');
		code.get(this.#outputTile).call(
			this.#tiles.of({
				...way,
				dtype: this.#product.output.dtype,
				rows,
				leftRow: this.#left.row,
				outputRow: this.#outputRow,
				adds: from > 0,
				steps: stepsOfIteration(way, this.#isLarge),
			}),
		);
	}
}

/** How a panel is multiplied: the tiles that do it, of so many rows while there are as many. */
type Way = Pick<
	Tile,
	'lanes' | 'columns' | 'rows' | 'inner' | 'rowsTogether' | 'leftTile' | 'leftInner' | 'rightInner'
>;
