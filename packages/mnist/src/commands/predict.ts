import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { compile, type Node, stack } from '@pullback/core';
import { DataFileError } from '@pullback/files';
import { systemReason } from '@pullback/files/paths';
import { decodePng, imageSheet } from '@pullback/pictures';
import { likeliest } from '../evaluation.ts';
import { digitFromPicture } from '../picture/digitFromPicture.ts';
import { type Command, command } from './command.ts';
import { UsageError } from './errors.ts';
import { path } from './optionKinds.ts';
import { checkFolder, writePicture } from './outputFile.ts';
import { activationOption, chosenNet, usualNet } from './weightsOptions.ts';

/** The most pictures at once. */
const maxFiles = 1000;

/** The digits that are told of each picture. */
const toldDigits = 3;

/** The exit code of what was done, but not for every picture. */
const someFailed = 1;

const options = {
	weights: path('file', {
		text: 'whose net reads them, in any form that evaluate takes',
		usual: `the ${usualNet} that comes with the package`,
	}),
	activation: activationOption,
	sheet: path('file', {
		text: 'where the digits go as the net sees them, as PNG',
		usual: 'nowhere',
		value: 'FILE.png',
	}),
};

/** What a picture is read as: the likeliest digits, or null where nothing is drawn; or what is wrong with it. */
type Reading = { readonly file: string } & (
	| { readonly error: string }
	| { readonly digit: number | null; readonly likeliest: readonly Guess[] }
);

interface Guess {
	readonly digit: number;
	readonly probability: number;
}

/** Reads digits in pictures. */
export const predict: Command = command({
	about: [
		'Reads the one digit in each picture: PNG of any size, grey or colours, dark on light or light on dark, lit',
		'evenly or not. - is standard input. The digit is told from the paper, fitted and centred as those of MNIST',
		'were; --sheet shows the outcome. Told are the three likeliest digits with their probabilities.',
	],
	options,
	operands: { value: 'FILE.png|-...', least: 1, most: maxFiles },
	run: async ({ values, operands }, terminal) => {
		if (operands.filter((file) => file === '-').length > 1)
			throw new UsageError('found - several times, and standard input is one picture');
		checkFolder(values.sheet);
		const net = await chosenNet(values.weights, values.activation);
		const probabilitiesOf = compile((images: Node) => net.scores(images).softmax(-1));
		const readings: Reading[] = [];
		const seen: { readonly image: Node; readonly label: string }[] = [];
		for (const file of operands) {
			const image = await digitIn(file);
			if (image instanceof DataFileError) {
				readings.push({ file, error: image.reason });
				terminal.error.write(`pullback-mnist: ${image.message}\n`);
			} else if (image === null) {
				readings.push({ file, digit: null, likeliest: [] });
				terminal.print(`${file}: nothing is drawn there`);
			} else {
				const [probabilities = []] = probabilitiesOf(
					image.reshape([1, -1]),
				).toArray() as number[][]; // [1, 10]
				const guesses = guessesOf(probabilities);
				readings.push({ file, digit: guesses[0]?.digit ?? null, likeliest: guesses });
				terminal.print(`${file}: ${guesses.map(guessText).join('  ')}`);
				seen.push({ image, label: guesses.slice(0, 1).map(guessText).join('') });
			}
		}
		if (values.sheet !== undefined && seen.length > 0) {
			const images = stack(seen.map(({ image }) => image));
			await writePicture(
				values.sheet,
				imageSheet(images, { labels: seen.map(({ label }) => label) }),
			);
		}
		if (values.sheet !== undefined && seen.length === 0)
			terminal.print(`no digits, and so no ${values.sheet}`);
		terminal.report(() => ({ weights: net.file, net: net.summary, pictures: readings }));
		return readings.every((reading) => !('error' in reading)) ? 0 : someFailed;
	},
});

/** The digit in a picture, as an image of MNIST; null where nothing is drawn; what is wrong with a file that is no picture. */
async function digitIn(file: string): Promise<Node | null | DataFileError> {
	try {
		const name = file === '-' ? 'standard input' : file;
		return digitFromPicture(decodePng(await bytesOf(file, name), name));
	} catch (error) {
		if (error instanceof DataFileError) return error;
		throw error;
	}
}

async function bytesOf(file: string, name: string): Promise<Uint8Array> {
	try {
		const bytes = file === '-' ? await buffer(process.stdin) : await readFile(file);
		return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	} catch (cause) {
		const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
		throw new DataFileError(
			name,
			isMissing ? 'no such file' : `cannot read it: ${systemReason(cause)}`,
			{
				cause,
			},
		);
	}
}

function guessesOf(probabilities: readonly number[]): Guess[] {
	return likeliest(probabilities)
		.slice(0, toldDigits)
		.map((digit) => ({ digit, probability: probabilities[digit] ?? Number.NaN }));
}

function guessText({ digit, probability }: Guess): string {
	return `${digit} (${(100 * probability).toFixed(1)} %)`;
}
