import {
	concatenate,
	grad,
	type Node,
	normal,
	permutation,
	randomKey,
	scatterAdd,
	splitKey,
} from '@pullback/core';
import { callWith } from '@pullback/nn';
import { checkGradients, type GradientReport, numericalGradient } from '@pullback/verify';
import type { LabelledImages } from '../labelledImages.ts';
import { type RecipeName, recipes } from '../recipes/table.ts';
import { unitPixels } from '../score.ts';

/** What is compared. */
export interface GradientComparisonOptions {
	readonly recipe: RecipeName;
	/** The images of the loss, the first of the set. */
	readonly images: number;
	/** The elements of each parameter that are moved, drawn if it has more. */
	readonly elements: number;
	/** Chooses the weights, and the elements. */
	readonly seed: number;
}

/** A parameter's gradient by backpropagation beside that by differences. */
export interface ParameterComparison {
	readonly name: string;
	readonly shape: readonly number[];
	/** The elements that were compared. */
	readonly compared: number;
	/** The mean absolute gradient by backpropagation, over these. */
	readonly gradient: number;
	/** The mean absolute difference of the two. */
	readonly difference: number;
	/** What `checkGradients` of verify finds of some of these elements. */
	readonly report: GradientReport;
	/** Whether the difference is no more than differences may be off, and no derivative is found wrong. */
	readonly agrees: boolean;
}

/** How far an element is moved to either side, as the book has it. */
const step = 1e-4;

/**
 * The share of the gradient that the mean difference may be. Moving a weight by `step` makes few of the ReLUs and maxima
 * choose otherwise, and an element of which one does may be off by half; rounding and the third derivative are far below.
 */
const allowedShare = 0.01;

/** What rounding of a loss of a few units makes of a difference of two of them: units in the last place over 2 steps. */
const allowedRounding = (16 * 2 ** -52) / (2 * step);

/**
 * The standard deviation of what is added to all first weights: biases are 0, and so is much of an image, so that
 * many a ReLU would stand at its kink, where there is no derivative.
 */
const noise = 0.01;

/** The most elements that verify checks, each by many differences. */
const maxVerified = 3;

/**
 * Compares the gradients of a new net of a recipe, in f64 and its mode 'evaluate', with differences: the mean difference of
 * each parameter, as chapter 5 of Deep Learning from Scratch has it; and for some elements the verdict of verify's
 * `checkGradients`, which no kink misleads.
 */
export function compareGradients(
	set: LabelledImages,
	{ recipe, images, elements, seed }: GradientComparisonOptions,
): ParameterComparison[] {
	const { net, loss, imageShape } = recipes[recipe];
	const keys = splitKey(randomKey(seed));
	const model = net(keys.slice(0));
	const x = unitPixels(set.images.slice([0, images]))
		.reshape([-1, ...imageShape])
		.cast('f64');
	const labels = set.labels.slice([0, images]);
	const named = [...model.namedParameters()];
	const ownKeys = splitKey(keys.slice(1), 2 * named.length);
	const values = named.map(([, parameter], i) => {
		const added = normal(ownKeys.slice(i), parameter.shape, { dtype: 'f64' }).mul(noise);
		return parameter.read().cast('f64').add(added);
	});
	const lossOf = (parameters: readonly Node[]): Node =>
		loss(callWith(model, parameters, x, 'evaluate'), labels);
	const slopes = grad(lossOf(values), values);
	return named.map(([name], i) => {
		// One for each of these.
		const [value, slope] = [values[i], slopes[i]] as [Node, Node];
		const picks = permutation(ownKeys.slice(named.length + i), sizeOf(value)).slice([0, elements]);
		const moved = movedElements(value, picks, (all) => lossOf(values.with(i, all)));
		return { name, shape: value.shape, ...compared(moved, slope.flatten().take(picks)) };
	});
}

function sizeOf({ shape }: Node): number {
	return shape.reduce((product, length) => product * length, 1);
}

/** Elements of a tensor, and a function of them alone. */
interface MovedElements {
	readonly elements: Node;
	f(elements: Node): Node;
}

/** Those of `value` at some positions, and `f` of the tensor in which they are others. */
function movedElements(value: Node, picks: Node, f: (value: Node) => Node): MovedElements {
	const flat = value.flatten();
	const size = sizeOf(value);
	const elements = flat.take(picks);
	const others = flat.sub(scatterAdd(elements, picks, { size }));
	return {
		elements,
		f: (moved) => f(others.add(scatterAdd(moved, picks, { size })).reshape(value.shape)),
	};
}

/** A function of elements, and its gradient by backpropagation. */
function compared({ elements, f }: MovedElements, slopes: Node) {
	const [byDifferences = slopes] = numericalGradient(f, [elements], { step });
	const gradient = slopes.abs().mean().item();
	const difference = byDifferences.sub(slopes).abs().mean().item();
	const count = elements.shape[0] ?? 0;
	const verified = Math.min(count, maxVerified);
	const report = checkGradients(
		(some) => f(concatenate([some, elements.slice([verified, count])])),
		[elements.slice([0, verified])],
	);
	const isNear = difference <= allowedShare * gradient + allowedRounding;
	return { compared: count, gradient, difference, report, agrees: isNear && report.ok };
}
