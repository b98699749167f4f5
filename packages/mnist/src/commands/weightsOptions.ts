import { pretrainedFile } from '../pretrained.ts';
import { type LoadedNet, loadRecognized } from '../weights/loadRecognized.ts';
import type { Activation } from '../weights/recognizeNet.ts';
import { oneOf } from './optionKinds.ts';
import type { Option } from './options.ts';

/** What weights alone do not tell. */
export const activationOption: Option<Activation | undefined> = oneOf<Activation, undefined>(
	['relu', 'sigmoid'],
	{
		text: 'what stands between affine layers',
		initial: undefined,
		usual: "relu, and sigmoid for three layers, as in the book's chapter 3",
	},
);

/** The weights that come with the package, for what is told none. */
export const usualNet = 'convnet';

/** The net of a file of weights, or else the one that comes with the package. */
export async function netOf(
	file: string | undefined,
	activation: Activation | undefined,
): Promise<LoadedNet & { readonly file: string }> {
	const path = file ?? pretrainedFile(usualNet);
	return { ...(await loadRecognized(path, activation)), file: path };
}
