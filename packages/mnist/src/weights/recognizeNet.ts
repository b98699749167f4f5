import { formatShape, matmul, type Node } from '@pullback/core';
import { DataFileError } from '@pullback/files';
import { classes, imageSide } from '../labelledImages.ts';
import type { LayerArrays, NamedLayers } from './layers.ts';

/** A net that reads digits, as far as its weights tell what it is. */
export interface RecognizedNet {
	/** What it is, in words. */
	readonly summary: string;
	/** A score for each digit [n, 10] of images [n, 784], whose pixels are from 0 to 1. */
	scores(images: Node): Node;
}

/** What stands between the affine layers of a net: weights do not tell it. */
export type Activation = 'relu' | 'sigmoid';

const pixels = imageSide * imageSide;

/** A layer with a bias, and an affine one with its weight as [inputs, outputs]. */
interface Layer {
	readonly name: string;
	readonly weight: Node;
	readonly bias: Node | null;
}

/** What nets are known, for errors. */
const known = `known are affine layers from ${pixels} to ${classes}; a convolution, a pooling of 2 by 2 and two affine layers, as in chapter 7; and chapter 8's six convolutions and two affine layers`;

/**
 * The net that some layers are of, by their names and shapes: of affine layers alone, of chapter 7's form, or of chapter 8's.
 * Affine weights may be [inputs, outputs] or, as PyTorch has them, [outputs, inputs]. Unless `activation` is told, affine
 * layers have a ReLU between them, but in the book's net of three layers a sigmoid function. Throws a DataFileError that
 * tells what was found and what is known.
 */
export function recognizeNet(
	file: string,
	{ layers, naming }: NamedLayers,
	activation?: Activation,
): RecognizedNet {
	const found = layers.map(({ name, weight }) => `${name} ${formatShape(weight.shape)}`).join(', ');
	const refuse = (reason: string): DataFileError =>
		new DataFileError(file, `found ${found}: ${reason}; ${known}`);
	const ofRank = (rank: number) => layers.filter(({ weight }) => weight.shape.length === rank);
	const [kernels, matrices] = [ofRank(4), ofRank(2)];
	if (kernels.length + matrices.length < layers.length)
		throw refuse('weights are matrices, or kernels of four axes');
	const features = checkedKernels(kernels, naming, refuse);
	const affine = checkedMatrices(matrices, features.outputs, refuse);
	const between = activation ?? (kernels.length === 0 && affine.length === 3 ? 'sigmoid' : 'relu');
	if (kernels.length > 0 && activation === 'sigmoid')
		throw refuse('nets of convolutions have a ReLU behind each layer');
	const sizes = [features.outputs, ...affine.map(({ weight }) => weight.shape[1] ?? 0)].join('-');
	const names = affine.length > 1 ? `, ${between === 'relu' ? 'ReLU' : 'sigmoid'}` : '';
	return {
		summary: `${features.summary}${sizes}${names}`,
		scores: (images) => {
			let x = features.of(images);
			for (const [i, layer] of affine.entries()) {
				if (i > 0) x = between === 'relu' ? x.relu() : x.sigmoid();
				x = plusBias(
					matmul(i === affine.length - 1 ? x.mul(features.scale) : x, layer.weight),
					layer,
				);
			}
			return x;
		},
	};
}

type Refuse = (reason: string) => DataFileError;

/** What convolutions make of images before the affine layers. */
interface Features {
	readonly summary: string;
	/** The length of a row of features. */
	readonly outputs: number;
	of(images: Node): Node;
	/** What the last hidden layer is multiplied by: the book's dropout keeps activations as they are while it trains. */
	readonly scale: number;
}

/** The part of the hidden activations that chapter 8's dropout leaves out. */
const bookDropout = 0.5;

/** The paddings of chapter 8's six convolutions. */
const deepPaddings = [1, 1, 1, 2, 1, 1];

function checkedKernels(
	kernels: readonly LayerArrays[],
	naming: NamedLayers['naming'],
	refuse: Refuse,
): Features {
	if (kernels.length === 0)
		return { summary: '', outputs: pixels, of: (images) => images, scale: 1 };
	const isDeep = kernels.length === deepPaddings.length;
	if (!isDeep && kernels.length !== 1) throw refuse(`there are ${kernels.length} convolutions`);
	const paddings = isDeep ? deepPaddings : [0];
	let [channels, side] = [1, imageSide];
	for (const [i, { name, weight, bias }] of kernels.entries()) {
		const [outputs = 0, inputs = 0, height = 0, width = 0] = weight.shape;
		if (inputs !== channels)
			throw refuse(`${name} takes ${inputs} channels, and is given ${channels}`);
		side += 2 * (paddings[i] ?? 0) + 1 - height;
		if (height !== width || side < 2)
			throw refuse(`${name} fits no image of ${imageSide} by ${imageSide}`);
		checkBias(name, bias, outputs, refuse);
		if (!isDeep || i % 2 === 1) side = Math.floor(side / 2);
		channels = outputs;
	}
	const layers = kernels.map(inF32);
	return {
		summary: `${kernels.length === 1 ? 'a convolution' : `${kernels.length} convolutions`}, ReLU, pooling, `,
		outputs: channels * side * side,
		of: (images) => {
			let x = images.reshape([-1, 1, imageSide, imageSide]);
			for (const [i, { weight, bias }] of layers.entries()) {
				x = x.conv2d(weight, { padding: paddings[i] ?? 0, ...(bias !== null && { bias }) }).relu();
				if (!isDeep || i % 2 === 1) x = x.maxPool2d(2);
			}
			return x.reshape([-1, channels * side * side]);
		},
		scale: isDeep && naming === 'book' ? 1 - bookDropout : 1,
	};
}

/** Affine layers as [inputs, outputs], of which each takes what the one before it returns. */
function checkedMatrices(
	matrices: readonly LayerArrays[],
	inputs: number,
	refuse: Refuse,
): Layer[] {
	const wrong = misfit(matrices, inputs);
	if (wrong === null) return matrices.map(inF32);
	const turned = matrices.map((layer) => ({ ...layer, weight: layer.weight.transpose() }));
	if (misfit(turned, inputs) === null) return turned.map(inF32);
	throw refuse(wrong);
}

/** Why layers do not follow each other; null if they do. */
function misfit(matrices: readonly LayerArrays[], inputs: number): string | null {
	let given = inputs;
	for (const { name, weight, bias } of matrices) {
		const [rows = 0, columns = 0] = weight.shape;
		if (rows !== given) return `${name} takes ${rows} numbers, and is given ${given}`;
		if (bias !== null && (bias.shape.length !== 1 || bias.shape[0] !== columns))
			return `the bias of ${name} is ${formatShape(bias.shape)}, needed [${columns}]`;
		given = columns;
	}
	return given === classes ? null : `the last layer returns ${given} numbers, needed ${classes}`;
}

function checkBias(name: string, bias: Node | null, length: number, refuse: Refuse): void {
	if (bias !== null && (bias.shape.length !== 1 || bias.shape[0] !== length))
		throw refuse(`the bias of ${name} is ${formatShape(bias.shape)}, needed [${length}]`);
}

/** The precision of the book, and of the engine's fastest way. */
function inF32({ name, weight, bias }: LayerArrays): Layer {
	return { name, weight: weight.cast('f32'), bias: bias === null ? null : bias.cast('f32') };
}

function plusBias(x: Node, { bias }: Layer): Node {
	return bias === null ? x : x.add(bias);
}
