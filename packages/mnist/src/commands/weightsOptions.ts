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
		usual: 'relu; sigmoid for three layers, as in chapter 3',
	},
);

/** The weights that come with the package, for what is told none. */
export const usualNet = 'convnet';

/** A net, and where it comes from. */
export interface ChosenNet extends LoadedNet {
	readonly file: string;
	/** The file, or what comes with the package, in words. */
	readonly source: string;
}

/** The net of a file of weights, or else the one that comes with the package. */
export async function chosenNet(
	file: string | undefined,
	activation: Activation | undefined,
): Promise<ChosenNet> {
	const path = file ?? pretrainedFile(usualNet);
	return {
		...(await loadRecognized(path, activation)),
		file: path,
		source: file ?? `the ${usualNet} that comes with the package`,
	};
}
