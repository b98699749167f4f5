import { sizeOf } from '../../graph/shape.ts';
import type { Panels, Product, RowKernel } from '../../lowering/kernel.ts';
import { lanesOf, narrowTail, packedSize, panelColumns } from '../../lowering/panels.ts';
import { elementBytes } from '../../lowering/plan.ts';
import type { Code, Local } from '../assembler/code.ts';
import { type AddressOf, Places } from './places.ts';
import { advance } from './scalar.ts';
import { lead, type Tile, tileRows } from './tile.ts';
import type { Tiles } from './tiles.ts';
import { width } from './value.ts';

/** So long a stretch of the inner axis that a panel of it stays in the first-level cache. */
const longestInner = 1024;

/**
 * So many steps along the inner axis are one turn of a tile's loop. Between two there is a way out: without it V8 would load
 * the operands of all of them first, and have no registers left for the sums.
 */
const mostSteps = 4;

/** From so many multiply-adds on, faster code is worth its making. */
const large = 2 ** 18;

/** How the rows of a left operand lie, in bytes: the first, from one to the next, along the inner axis, and by tiles. */
interface LeftOperand {
	readonly leftStart: Local;
	readonly leftRow: number;
	readonly leftInner: number;
	readonly leftTileBytes: number;
}

/** How a right operand lies, in bytes: its first row, from one panel to the next, and along the inner axis. */
interface RightOperand {
	readonly rightStart: Local;
	/** The columns of a panel. */
	readonly widest: number;
	readonly rightPanel: number;
	/** In a panel that is so wide. */
	rightInner(panel: number): number;
}

/** The product of the rows from `begin` before `end`, all of one matrix. */
export function emitProduct(
	code: Code,
	tiles: Tiles,
	addressOf: AddressOf,
	kernel: RowKernel,
	{ left, right, output, inner, columns }: Product,
	begin: Local,
	end: Local,
): void {
	const { dtype } = output;
	const bytes = elementBytes[dtype];
	const matrixRows = kernel.rows.at(-1) ?? 1;
	const outputRow = columns * bytes;

	/** The address of the matrix of a packed operand that the rows at hand are multiplied with. */
	const matrixOf = ({ buffer, shared }: Panels, across: number): Local => {
		code.i32(addressOf(buffer));
		if (!shared) {
			code.get(begin).i32(matrixRows).op('i32.div_u');
			code
				.i32(packedSize(inner, across) * bytes)
				.op('i32.mul')
				.op('i32.add');
		}
		return code.keep('i32');
	};
	const { leftStart, leftRow, leftInner, leftTileBytes } = ((): LeftOperand => {
		if (left.kind === 'strided') {
			const places = new Places(code, addressOf, { rows: kernel.rows, lanes: 'inner' }, begin);
			const leftRow = (left.at.strides.at(-1) ?? 0) * bytes;
			return {
				leftStart: places.rowAddress(left.buffer, left.at),
				leftRow,
				leftInner: left.innerStride * bytes,
				leftTileBytes: tileRows * leftRow,
			};
		}
		const matrix = matrixOf(left, matrixRows);
		code.get(begin).i32(matrixRows).op('i32.rem_u');
		code
			.i32(inner * bytes)
			.op('i32.mul')
			.get(matrix)
			.op('i32.add');
		return {
			leftStart: code.keep('i32'),
			leftRow: bytes,
			leftInner: tileRows * bytes,
			leftTileBytes: tileRows * inner * bytes,
		};
	})();
	code.get(begin).i32(outputRow).op('i32.mul').i32(addressOf(output)).op('i32.add');
	const outputStart = code.keep('i32');
	const { rightStart, widest, rightPanel, rightInner } = ((): RightOperand => {
		if (right.kind === 'strided') {
			// Few rows, so that there are registers for more columns: whole cache lines, where rows lie far apart.
			const widest = (matrixRows > 2 ? 1 : 2) * panelColumns(dtype);
			const places = new Places(code, addressOf, { rows: kernel.rows, lanes: 'inner' }, begin);
			return {
				rightStart: places.rowAddress(right.buffer, right.at),
				widest,
				rightPanel: widest * bytes,
				rightInner: () => right.innerStride * bytes,
			};
		}
		const widest = panelColumns(dtype);
		return {
			rightStart: matrixOf(right, columns),
			widest,
			rightPanel: inner * widest * bytes,
			rightInner: (panel) => panel * bytes,
		};
	})();

	const [row, panelAt, outputAt] = [code.local('i32'), code.local('i32'), code.local('i32')];
	const [leftTile, outputTile] = [code.local('i32'), code.local('i32')];
	const isLarge = sizeOf(kernel.rows) * inner * columns >= large;
	const unrolls = isLarge && leftInner !== 0;
	const wholePanels = Math.floor(columns / widest);
	const rest = columns - wholePanels * widest;

	/** Tiles for panels of so many columns, on a stretch of the inner axis. */
	const acrossPanels = (columns: number, length: number): Way => {
		const panel = Math.ceil(columns / width) * width;
		const isOne = panel * bytes === 16;
		return {
			lanes: 'columns',
			columns,
			inner: length,
			leftInner,
			rightInner: rightInner(panel),
			steps: unrolls && !isOne ? Math.min(mostSteps, length) : 1,
			// Of a single vector a tile takes twice the rows, or each sum would wait for itself.
			tall: isLarge && isOne && matrixRows >= 2 * tileRows ? 2 : 1,
		};
	};
	/** Tiles for the last columns where these would leave half of a vector empty and other lanes can be filled. */
	const narrow = ((): Way | null => {
		const columnsLeft = narrowTail(dtype, columns);
		// Where panels are twice as wide, more may be left.
		if (columnsLeft === 0 || columnsLeft !== rest) return null;
		const way = { columns: columnsLeft, steps: 1 };
		if (right.kind === 'panels' && right.tail === 'along')
			return {
				...way,
				lanes: 'inner',
				inner: inner / lanesOf(dtype),
				leftInner: 16,
				rightInner: 16 * columnsLeft,
				tall: columnsLeft === 1 ? 2 : 1,
			};
		if (leftRow !== bytes || bytes !== 4) return null;
		const tall = matrixRows >= 4 * tileRows ? 4 : 1;
		return { ...way, lanes: 'rows', inner, leftInner, rightInner: rightInner(width), tall };
	})();
	/** All rows by the panel at `panelAt`, on the inner axis from `from` on. */
	const rowsOfPanel = ({ tall, ...way }: Way, from: number): void => {
		const call = (rows: number): void => {
			code
				.get(leftTile)
				.i32(lead)
				.op('i32.sub')
				.get(panelAt)
				.i32(from * way.rightInner - lead)
				.op('i32.add')
				.get(outputTile);
			const adds = from > 0;
			code.call(
				tiles.of({ ...way, dtype, rows, leftRow, leftTile: leftTileBytes, outputRow, adds }),
			);
		};
		code.get(begin).set(row);
		code
			.get(leftStart)
			.i32(from * way.leftInner)
			.op('i32.add')
			.set(leftTile);
		code.get(outputAt).set(outputTile);
		for (const tiles of tall > 1 ? [tall, 1] : [1])
			code.block((leave) => {
				code.loop((again) => {
					const rows = tiles * tileRows;
					code.get(row).i32(rows).op('i32.add').get(end).op('i32.gt_u').brIf(leave);
					call(rows);
					advance(code, leftTile, tiles * leftTileBytes);
					advance(code, outputTile, rows * outputRow);
					advance(code, row, rows);
					code.br(again);
				});
			});
		// Blocks of rows are whole tiles, except at the end of the matrix.
		if (matrixRows % tileRows > 0)
			code
				.get(row)
				.get(end)
				.op('i32.lt_u')
				.if(() => call(matrixRows % tileRows));
	};

	for (const { from, length } of innerBlocks(inner)) {
		code.get(rightStart).set(panelAt);
		code.get(outputStart).set(outputAt);
		if (wholePanels > 0) {
			const left = code.local('i32');
			code.i32(wholePanels).set(left);
			code.loop((again) => {
				rowsOfPanel(acrossPanels(widest, length), from);
				code.get(panelAt).i32(rightPanel).op('i32.add').set(panelAt);
				code
					.get(outputAt)
					.i32(widest * bytes)
					.op('i32.add')
					.set(outputAt);
				code.get(left).i32(1).op('i32.sub').tee(left).brIf(again);
			});
		}
		if (rest > 0 && narrow === null) rowsOfPanel(acrossPanels(rest, length), from);
	}
	if (narrow !== null) rowsOfPanel(narrow, 0);
}

/** How a panel is multiplied: the tiles that do it, and how many of `tileRows` each a tile takes while there are as many. */
interface Way
	extends Pick<Tile, 'lanes' | 'columns' | 'inner' | 'leftInner' | 'rightInner' | 'steps'> {
	readonly tall: number;
}

/** The inner axis in stretches of about one length. */
function innerBlocks(inner: number): { readonly from: number; readonly length: number }[] {
	const count = Math.max(1, Math.ceil(inner / longestInner));
	const size = Math.ceil(inner / count);
	return Array.from({ length: count }, (_, i) => ({
		from: i * size,
		length: Math.min(size, inner - i * size),
	}));
}
