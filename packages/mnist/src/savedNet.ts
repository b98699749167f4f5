import { randomKey } from '@pullback/core';
import { checkedObject, checkedOptions, describe, isPlain } from '@pullback/core/arguments';
import {
	DataFileError,
	readSafetensors,
	type SafetensorsOptions,
	writeSafetensors,
} from '@pullback/files';
import { checkedPath } from '@pullback/files/paths';
import { loadState, Module, type Sequential, StateError, stateOf } from '@pullback/nn';
import { type RecipeName, recipes } from './recipes/table.ts';
import { checkedSettings, type RunSettings, settingNames } from './training/settings.ts';

/** A net, and the recipe that it is of. */
export interface SavedNet {
	readonly recipe: RecipeName;
	/** The net, of images in the form of its recipe. */
	readonly model: Sequential;
}

/**
 * Writes a net that `trainNet` trained to a file of safetensors, whose metadata are the settings. The file has its name
 * only once it is whole. `f32As` rounds the weights to 16 bits; f32 if left out. Rejects with a DataFileError.
 */
export async function saveNet(
	file: string,
	trained: { readonly model: Sequential; readonly settings: RunSettings },
	options?: Pick<SafetensorsOptions, 'f32As'>,
): Promise<void> {
	const path = checkedPath('saveNet', 'file', file);
	const { model, settings } = checkedObject('saveNet', 'trained', trained);
	if (!(model instanceof Module))
		throw new TypeError(`saveNet: model is ${describe(model)}; it must be a Module`);
	if (!isPlain(settings))
		throw new TypeError(`saveNet: settings is ${describe(settings)}; it must be an object`);
	const checked = checkedSettings('saveNet', settings);
	const { f32As } = checkedOptions('saveNet', options, ['f32As']);
	const metadata = settingNames.map((name) => [name, String(checked[name])] as const);
	await writeSafetensors(path, stateOf(model), {
		metadata: new Map(metadata),
		...(f32As !== undefined && { f32As }),
	});
}

/**
 * The net of a file that `saveNet` wrote. Rejects with a DataFileError for a file that is missing or damaged, of no recipe
 * that there is, or with other weights than its net has.
 */
export async function loadNet(file: string): Promise<SavedNet> {
	const { tensors, metadata } = await readSafetensors(checkedPath('loadNet', 'file', file));
	const found = metadata.get('recipe');
	const names = Object.keys(recipes) as RecipeName[]; // of that record
	const recipe = names.find((name) => name === found);
	if (recipe === undefined)
		throw new DataFileError(
			file,
			`found weights of the recipe ${describe(found)}, needed one of ${names.join(', ')}`,
		);
	// Every number that the key chooses is replaced.
	const model = recipes[recipe].net(randomKey(0));
	try {
		loadState(model, tensors);
	} catch (cause) {
		if (!(cause instanceof StateError)) throw cause;
		throw new DataFileError(file, cause.message, { cause });
	}
	return { recipe, model };
}
