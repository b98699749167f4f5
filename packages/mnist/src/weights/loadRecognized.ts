import { layersOf } from './layers.ts';
import { readArrays, type WeightsFormat } from './readArrays.ts';
import { type Activation, type RecognizedNet, recognizeNet } from './recognizeNet.ts';

/** A net of a file, and the format of that. */
export interface LoadedNet extends RecognizedNet {
	readonly format: WeightsFormat;
}

/** The net that a file of weights is of, as `recognizeNet` tells. Rejects with a DataFileError for a file that is of none. */
export async function loadRecognized(file: string, activation?: Activation): Promise<LoadedNet> {
	const { format, arrays } = await readArrays(file);
	const { summary, scores } = recognizeNet(file, layersOf(file, arrays), activation);
	return { format, summary, scores };
}
