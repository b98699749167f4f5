import { formatShape, type Node, type Operand, ShapeError, softmax, tensor } from '@pullback/core';
import { checkedOptions, toNode } from '@pullback/core/arguments';
import { classNames } from './classNames.ts';
import { figureOf } from './figure.ts';
import { asNode, listOf } from './numbers.ts';
import { checkedPicture, checkedSize, type PictureOptions, pictureOptions } from './options.ts';
import { notFiniteIn, picturesIn } from './pixels.ts';
import { sheetOf } from './sheet.ts';

/** Options of drawErrors. */
export interface ErrorOptions extends PictureOptions {
	/** The most pictures; 20 if left out. */
	readonly count?: number;
	/** How many stand side by side; 10 if left out. */
	readonly columns?: number;
	/** The side of the square that a picture fits in, in pixels; 64 if left out. */
	readonly size?: number;
	/** What the classes are called; their numbers if left out. */
	readonly classes?: readonly string[];
}

/**
 * The images [n, height, width], [n, 1, height, width] or [n, 3, height, width] that a net reads wrong, with their labels
 * [n] and what is read instead, as SVG. Predictions are class indices [n], in whose order the errors stand, or scores
 * [n, classes] before softmax: then the surest errors are first, with their probability.
 */
export async function drawErrors(
	images: Operand,
	labels: Operand,
	predictions: Operand,
	options?: ErrorOptions,
): Promise<string> {
	const operation = 'drawErrors';
	const { count, columns, size, classes, ...picture } = checkedOptions<
		ErrorOptions,
		[...typeof pictureOptions, 'count', 'columns', 'size', 'classes']
	>(operation, options, [...pictureOptions, 'count', 'columns', 'size', 'classes']);
	const checked = checkedPicture(operation, picture);
	const most = checkedSize(operation, 'count', count, 20);
	const pixels = toNode(operation, images);
	const wanted = listOf(operation, 'labels', labels);
	const nameOf = classNames(operation, classes);
	const found = foundIn(operation, asNode(operation, predictions));
	const n = pixels.shape[0] ?? 0;
	if (pixels.shape.length < 3 || wanted.length !== n || found.length !== n)
		throw new ShapeError(
			`${operation}: images have the shape ${formatShape(pixels.shape)}, with ${wanted.length} labels and ${found.length} predictions; there must be one of each for each image`,
		);
	const wrong = found
		.map(({ predicted, sureness }, i) => ({ i, label: wanted[i] ?? 0, predicted, sureness }))
		.filter(({ label, predicted }) => label !== predicted)
		// In the order of images where nothing is known of how sure the net is.
		.sort((a, b) => (b.sureness ?? 0) - (a.sureness ?? 0) || a.i - b.i);
	const shown = wrong.slice(0, most);
	const chosen = tensor(
		shown.map(({ i }) => i),
		{ dtype: 'i32' },
	);
	const pictures = picturesIn(operation, 'images', pixels.take(chosen, 0), most);
	const cells = shown.map(({ label, predicted, sureness }, i) => ({
		pixels: pictures[i] ?? { width: 1, height: 1, channels: 1 as const, numbers: [0] },
		captions: [
			`${nameOf(label)} read as ${nameOf(predicted)}`,
			...(sureness === null ? [] : [`${(100 * sureness).toFixed(1)} % sure`]),
		],
	}));
	const notFinite = notFiniteIn(pictures);
	return figureOf({
		...checked,
		description: `Images that are read wrong: ${shown.length}`,
		panels: [
			sheetOf(cells, {
				columns: checkedSize(
					operation,
					'columns',
					columns,
					Math.min(10, Math.max(1, shown.length)),
				),
				size: checkedSize(operation, 'size', size, 64, 4),
				tones: null,
				spacing: 14,
			}),
		],
		columns: 1,
		notes: [
			`${wrong.length} of ${n} are wrong${shown.length < wrong.length ? `; ${shown.length} are shown` : ''}.`,
			...(notFinite === 0 ? [] : [`Magenta: ${notFinite} pixels are NaN or infinite.`]),
		],
	});
}

interface Found {
	readonly predicted: number;
	/** The probability of the class predicted; null if only the class is known. */
	readonly sureness: number | null;
}

function foundIn(operation: string, predictions: Node): Found[] {
	if (predictions.shape.length === 1)
		return Array.from(predictions.data(), (predicted) => ({ predicted, sureness: null }));
	if (predictions.shape.length !== 2 || predictions.shape[1] === 0)
		throw new ShapeError(
			`${operation}: predictions have the shape ${formatShape(predictions.shape)}; they must be class indices [n] or scores [n, classes]`,
		);
	const surenesses = softmax(predictions).amax(-1).data();
	return Array.from(predictions.argmax(-1).data(), (predicted, i) => ({
		predicted,
		sureness: surenesses[i] ?? Number.NaN,
	}));
}
