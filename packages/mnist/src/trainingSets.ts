import { checkedNode, describe } from '@pullback/core/arguments';
import { classes, type LabelledImages, type Mnist } from './labelledImages.ts';

/** Training cannot begin, or cannot go on. */
export class TrainingError extends Error {
	override readonly name = 'TrainingError';
}

/** The number of pixels of each image, if there are sets in the form that the net takes. */
export function checkedInputs(operation: string, data: Mnist): number {
	if (typeof data !== 'object' || data === null)
		throw new TypeError(
			`${operation}: data is ${describe(data)}; it must be an object of train and test, as loadMnist gives`,
		);
	const { train, test } = data;
	const inputs = checkedSet(operation, 'train', 'training', train);
	const other = checkedSet(operation, 'test', 'test', test);
	if (other !== inputs) {
		throw new TrainingError(
			`found test images of ${other} pixels, needed ${inputs} as in the training images`,
		);
	}
	return inputs;
}

/** The number of images. */
export function sizeOf({ labels }: LabelledImages): number {
	return labels.shape[0] ?? 0;
}

/** The number of pixels of each image, if there are images in the form that the net takes. */
function checkedSet(operation: string, key: string, name: string, set: LabelledImages): number {
	if (typeof set !== 'object' || set === null)
		throw new TypeError(
			`${operation}: data.${key} is ${describe(set)}; it must be an object of images and labels`,
		);
	const { images, labels } = set;
	checkedNode(operation, `data.${key}.images`, images);
	checkedNode(operation, `data.${key}.labels`, labels);
	const [count, pixels] = images.shape;
	const known = images.dtype === 'f32' || images.dtype === 'u8';
	if (images.shape.length !== 2 || pixels === undefined || !known) {
		throw new TrainingError(
			`found ${name} images ${images.dtype}[${images.shape.join(', ')}], needed f32 or u8[n, pixels]; load them with flatten`,
		);
	}
	if (labels.shape.length !== 1 || labels.dtype !== 'i32') {
		throw new TrainingError(
			`found ${name} labels ${labels.dtype}[${labels.shape.join(', ')}], needed i32[n]; load them without oneHotLabel`,
		);
	}
	if (count !== labels.shape[0]) {
		throw new TrainingError(
			`found ${count} ${name} images and ${labels.shape[0]} labels, needed one for each`,
		);
	}
	if (count === 0) throw new TrainingError(`found 0 ${name} images, needed at least 1`);
	if (pixels === 0) throw new TrainingError(`found ${name} images of 0 pixels, needed at least 1`);
	const values = labels.view();
	const wrong = values.findIndex((label: number) => !(label >= 0 && label < classes));
	if (wrong >= 0) {
		throw new TrainingError(
			`found label ${values[wrong]} for ${name} image ${wrong}, needed 0 to ${classes - 1}`,
		);
	}
	return pixels;
}
