import { terminalImage } from '@pullback/pictures';
import { loadMnist } from '../dataset.ts';
import { imageSide, type LabelledImages } from '../labelledImages.ts';
import { type Command, command } from './command.ts';
import { UsageError } from './errors.ts';
import { oneOf } from './optionKinds.ts';
import { dataOption } from './sharedOptions.ts';
import type { Terminal } from './terminal.ts';
import { quoted } from './words.ts';

const options = {
	split: oneOf(['test', 'train'], { text: 'which images', initial: 'test' }),
	data: dataOption,
};

/** Prints an image of the data set. */
export const show: Command = command({
	about: ['Prints image N of the data set in the terminal, and its label. The first is image 0.'],
	options,
	operands: { value: 'N', least: 1, most: 1 },
	run: async ({ values, operands }, terminal) => {
		const [word = ''] = operands;
		const dir = values.data;
		const data = await loadMnist({ normalize: false, ...(dir !== undefined && { dir }) });
		const { images, labels } = data[values.split];
		const index = indexOf(word, { images, labels }, values.split);
		const image = images.slice(index).reshape([imageSide, imageSide]);
		const label = labels.slice(index).item();
		terminal.print(terminalImage(image, screenOf(terminal)));
		terminal.print(`image ${index} of the ${values.split} images: ${label}`);
		terminal.report(() => ({ split: values.split, index, label, pixels: image.toArray() }));
		return 0;
	},
});

/** The number of an image of a set. */
function indexOf(word: string, { labels }: LabelledImages, split: string): number {
	const count = labels.shape[0] ?? 0;
	const index = /^\d+$/.test(word) ? Number(word) : Number.NaN;
	if (index < count) return index;
	if (count === 0) throw new UsageError(`found 0 ${split} images, needed one to show`);
	throw new UsageError(
		`found ${quoted(word)}, needed the number of one of the ${split} images, from 0 to ${count - 1}`,
	);
}

/** The width of what is no terminal, in characters. */
const usualColumns = 80;

/** How wide the terminal is, and whether it shows colours: not where text goes elsewhere, nor where NO_COLOR forbids it. */
function screenOf({ screen }: Terminal): { columns: number; colors: boolean } {
	const { NO_COLOR, TERM } = process.env;
	return {
		columns: Math.max(screen.columns || usualColumns, imageSide),
		colors: screen.isTTY === true && !NO_COLOR && TERM !== 'dumb',
	};
}
