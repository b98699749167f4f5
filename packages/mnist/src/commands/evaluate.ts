import { setImmediate } from 'node:timers/promises';
import { stack } from '@pullback/core';
import { imageSheet } from '@pullback/pictures';
import { loadMnist } from '../dataset.ts';
import { type Evaluation, evaluate as evaluateNet, type Mistake } from '../evaluation.ts';
import { imageSide, type LabelledImages } from '../labelledImages.ts';
import { type Command, command } from './command.ts';
import { UsageError } from './errors.ts';
import { oneOf, path, wholeNumber } from './optionKinds.ts';
import { checkFolder, writePicture } from './outputFile.ts';
import { dataOption, setThreads, threadsOption } from './sharedOptions.ts';
import { interruptedCode } from './terminal.ts';
import { activationOption, chosenNet, usualNet } from './weightsOptions.ts';

/** Mistakes on a sheet, unless told otherwise, and at most. */
const sheetImages = { usual: 25, most: 1000 } as const;

const options = {
	split: oneOf(['test', 'train'], { text: 'which images', initial: 'test' }),
	activation: activationOption,
	mistakes: path('file', {
		text: 'where a sheet of the worst mistakes goes, as PNG',
		usual: 'nowhere',
		value: 'FILE.png',
	}),
	count: wholeNumber(1, sheetImages.most, {
		text: 'mistakes on the sheet',
		initial: sheetImages.usual,
	}),
	threads: threadsOption,
	data: dataOption,
};

/** Tells how well a net reads a set. */
export const evaluate: Command = command({
	about: [
		'Tells how many images a net reads right, and which digits it takes for which.',
		'',
		`FILE holds weights: of this program (--save, --checkpoint), or of others as safetensors, .npz, .pt, or a pickle`,
		`such as the book's sample_weight.pkl. Without it, the ${usualNet} that comes with the package. Names and shapes`,
		'of the weights tell the net: W1, b1, W2, ... as in the book, or names that end in weight and bias.',
	],
	options,
	operands: { value: '[FILE]', least: 0, most: 1 },
	run: async ({ values, given, operands }, terminal) => {
		const { split, mistakes: sheet, data: dir } = values;
		if (given.has('count') && sheet === undefined)
			throw new UsageError('--count: needs --mistakes FILE.png, the sheet that it is of');
		checkFolder(sheet);
		setThreads(values.threads);
		const net = await chosenNet(operands[0], values.activation);
		const data = await loadMnist({ normalize: false, ...(dir !== undefined && { dir }) });
		const set = data[split];
		const signal = terminal.interruption();
		terminal.print(`${net.source}: ${net.summary} (${net.format})`);
		const stop = new Error('interrupted');
		let result: Evaluation;
		try {
			result = await evaluateNet(net.scores, set, async (done) => {
				terminal.line.update(() => `${done}/${set.labels.shape[0]} images`);
				// A signal is served only while nothing else runs.
				await setImmediate();
				if (signal.aborted) throw stop;
			});
		} catch (error) {
			if (error !== stop) throw error;
			terminal.print('stopped');
			return interruptedCode;
		}
		const { count, right, confusion, mistakes } = result;
		const accuracy = count === 0 ? null : right / count;
		terminal.print(`${right} of ${count} ${split} images right, ${shareOf(right, count)}`);
		terminal.print(`\n${confusionText(confusion)}`);
		const shown = mistakes.slice(0, values.count);
		if (sheet !== undefined && shown.length > 0) {
			await writePicture(sheet, sheetOf(shown, set));
			terminal.print(
				`\n${sheet}: the ${shown.length} worst of ${mistakes.length} mistakes, as label→read and the probability of that`,
			);
		}
		if (sheet !== undefined && shown.length === 0)
			terminal.print(`\nno mistakes, and so no ${sheet}`);
		terminal.report(() => ({
			...{ file: net.file, format: net.format, net: net.summary, split },
			...{ accuracy, right, count, confusion },
			mistakes: shown,
		}));
		return 0;
	},
});

function shareOf(right: number, count: number): string {
	return count === 0 ? 'of none' : (right / count).toFixed(4);
}

/** The confusion matrix as lines: a row for each label, a column for each digit that is read. */
export function confusionText(confusion: readonly (readonly number[])[]): string {
	const width = Math.max(4, ...confusion.flat().map((count) => String(count).length + 1));
	const cells = (words: readonly (string | number)[]) =>
		words.map((word) => String(word).padStart(width)).join('');
	const lines = confusion.map((row, label) => {
		const count = row.reduce((sum, each) => sum + each, 0);
		const share = `  ${shareOf(row[label] ?? 0, count)}`;
		return `${String(label).padStart(7)} ${cells(row.map((each) => (each === 0 ? '·' : each)))}${share}`;
	});
	const head = `  label ${cells(confusion.map((_, digit) => digit))}   right`;
	return [`        ${'read as'.padStart(width + 6)}`, head, ...lines].join('\n');
}

/** A sheet of images that are read wrong. */
function sheetOf(mistakes: readonly Mistake[], { images }: LabelledImages): Uint8Array {
	const pictures = mistakes.map(({ index }) => images.slice(index).reshape([imageSide, imageSide]));
	return imageSheet(stack(pictures), {
		labels: mistakes.map(
			({ label, read, probability }) => `${label}→${read} ${Math.round(100 * probability)}%`,
		),
	});
}
