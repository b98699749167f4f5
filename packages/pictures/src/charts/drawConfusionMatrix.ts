import { formatShape, type Operand, ShapeError } from '@pullback/core';
import { checkedOptions } from '@pullback/core/arguments';
import { ConfusionMatrix } from '@pullback/nn';
import { colour } from '../theme.ts';
import { classNames } from './classNames.ts';
import { type Drawn, figureOf } from './figure.ts';
import { element, fitted, line, textWidth } from './markup.ts';
import { asNode } from './numbers.ts';
import { checkedPicture, type PictureOptions, pictureOptions } from './options.ts';

/** Options of drawConfusionMatrix. */
export interface ConfusionMatrixOptions extends PictureOptions {
	/** What the classes are called; their numbers if left out. */
	readonly classes?: readonly string[];
}

/** The most classes whose numbers can be read side by side. */
const maxClasses = 100;

/**
 * How many examples of each class (row) were predicted to be of each (column), as SVG: a ConfusionMatrix, or a tensor
 * [classes, classes] of counts. What is right is coloured by its share of the row, what is wrong, in another colour, by its
 * share of the most frequent mistake. Beside rows stands the recall, below columns the precision.
 */
export async function drawConfusionMatrix(
	matrix: ConfusionMatrix | Operand,
	options?: ConfusionMatrixOptions,
): Promise<string> {
	const operation = 'drawConfusionMatrix';
	const { classes, ...picture } = checkedOptions<
		ConfusionMatrixOptions,
		[...typeof pictureOptions, 'classes']
	>(operation, options, [...pictureOptions, 'classes']);
	const checked = checkedPicture(operation, picture);
	const nameOf = classNames(operation, classes);
	const node = asNode(operation, matrix instanceof ConfusionMatrix ? matrix.value() : matrix);
	const [rows = 0, columns = 0] = node.shape;
	if (node.shape.length !== 2 || rows !== columns || rows === 0 || rows > maxClasses)
		throw new ShapeError(
			`${operation}: the matrix has the shape ${formatShape(node.shape)}; it must be square, of 1 to ${maxClasses} classes`,
		);
	const counts = [...node.data()];
	for (const count of counts)
		if (!(count >= 0 && count < Infinity))
			throw new RangeError(
				`${operation}: the matrix holds ${count}; counts must be finite and not below 0`,
			);
	const names = Array.from({ length: rows }, (_, i) => nameOf(i));
	const total = counts.reduce((sum, count) => sum + count, 0);
	const right = names.reduce((sum, _, i) => sum + (counts[i * rows + i] ?? 0), 0);
	return figureOf({
		...checked,
		description: `Confusion matrix of ${rows} classes`,
		panels: [drawnMatrix(counts, names)],
		columns: 1,
		notes: [
			total === 0
				? 'There are no examples.'
				: `${written(right)} of ${written(total)} are right: ${percent(right / total)}.`,
		],
	});
}

const fontSize = 11;
const rowHeight = 26;

function drawnMatrix(counts: readonly number[], names: readonly string[]): Drawn {
	const n = names.length;
	const at = (row: number, column: number): number => counts[row * n + column] ?? 0;
	const range = [...names.keys()];
	const sum = (numbers: readonly number[]): number =>
		numbers.reduce((total, number) => total + number, 0);
	const widest = Math.max(
		...counts.map((count) => textWidth(written(count), fontSize)),
		...names.map((name) => Math.min(90, textWidth(name, fontSize))),
		26,
	);
	const cell = Math.ceil(widest + 10);
	const left =
		24 +
		Math.ceil(
			Math.max(
				textWidth('precision', fontSize) - 16,
				...names.map((name) => Math.min(140, textWidth(name, fontSize))),
			),
		) +
		8;
	const top = 40;
	const worst = Math.max(1, ...counts.filter((_, i) => i % n !== Math.floor(i / n)));
	const parts = range.flatMap((row) =>
		range.map((column) => {
			const count = at(row, column);
			const isRight = row === column;
			const total = sum(range.map((each) => at(row, each)));
			const share = isRight ? (total === 0 ? 0 : count / total) : count / worst;
			const [x, y] = [left + column * cell, top + row * rowHeight];
			const back = element('rect', {
				x: x + 0.5,
				y: y + 0.5,
				width: cell - 1,
				height: rowHeight - 1,
				fill: colour(isRight ? 'series1' : count === 0 ? 'rule' : 'series2'),
				'fill-opacity': count === 0 ? 0.3 : rounded(0.06 + 0.4 * share),
			});
			return count === 0
				? back
				: back +
						centred(x + cell / 2, y + 17, written(count), isRight ? { 'font-weight': '600' } : {});
		}),
	);
	const [width, height] = [left + n * cell, top + n * rowHeight];
	const muted = { fill: colour('muted') };
	const labels = [
		...range.map((i) =>
			line(left - 6, top + i * rowHeight + 17, fitted(names[i] ?? '', fontSize, 140), {
				'text-anchor': 'end',
			}),
		),
		...range.map((i) =>
			centred(left + (i + 0.5) * cell, top - 6, fitted(names[i] ?? '', fontSize, cell)),
		),
		...range.map((i) =>
			line(
				width + 8,
				top + i * rowHeight + 17,
				share(at(i, i), sum(range.map((j) => at(i, j)))),
				muted,
			),
		),
		...range.map((i) =>
			centred(
				left + (i + 0.5) * cell,
				height + 16,
				share(at(i, i), sum(range.map((j) => at(j, i)))),
				{ ...muted, 'font-size': 9.5 },
			),
		),
		centred((left + width) / 2, 14, 'predicted'),
		line(width + 8, top - 6, 'recall', muted),
		line(left - 6, height + 16, 'precision', { ...muted, 'text-anchor': 'end' }),
		line(0, 0, 'actual', {
			'text-anchor': 'middle',
			transform: `translate(11,${rounded((top + height) / 2)})rotate(-90)`,
		}),
	];
	return { width: width + 54, height: height + 24, markup: [...parts, ...labels].join('') };
}

function centred(
	x: number,
	y: number,
	text: string,
	attributes: Readonly<Record<string, string | number>> = {},
): string {
	return line(x, y, text, { 'text-anchor': 'middle', ...attributes });
}

function rounded(number: number): number {
	return Math.round(number * 100) / 100;
}

function share(part: number, whole: number): string {
	return whole === 0 ? '–' : percent(part / whole);
}

function percent(share: number): string {
	return `${(100 * share).toFixed(1)} %`;
}

/** A count, which weights may have made a fraction. */
function written(count: number): string {
	return Number.isInteger(count) ? String(count) : count.toFixed(2);
}
