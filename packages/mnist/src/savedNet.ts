import { readSafetensors, writeSafetensors } from '@pullback/files';
import { checkedPath } from '@pullback/files/paths';
import { stateOf } from '@pullback/nn';
import {
	checkedNet,
	type NetFileOptions,
	netOf,
	type SavedNet,
	type TrainedNet,
} from './netFile.ts';

/**
 * Writes a net that `trainNet` trained to a file of safetensors, whose metadata are the settings. The file has its name
 * only once it is whole. `f32As` rounds the weights to 16 bits; f32 if left out. Rejects with a DataFileError.
 */
export async function saveNet(
	file: string,
	trained: TrainedNet,
	options?: NetFileOptions,
): Promise<void> {
	const path = checkedPath('saveNet', 'file', file);
	const { model, metadata, f32As } = checkedNet('saveNet', trained, options);
	await writeSafetensors(path, stateOf(model), { metadata, ...f32As });
}

/**
 * The net of a file that `saveNet` wrote. Rejects with a DataFileError for a file that is missing or damaged, of no recipe
 * that there is, or with other weights than its net has.
 */
export async function loadNet(file: string): Promise<SavedNet> {
	return netOf(file, await readSafetensors(checkedPath('loadNet', 'file', file)));
}
