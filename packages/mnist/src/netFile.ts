import { randomKey } from '@pullback/core';
import { checkedObject, checkedOptions, describe, isPlain } from '@pullback/core/arguments';
import {
	DataFileError,
	formatSafetensors,
	parseSafetensors,
	type Safetensors,
	type SafetensorsOptions,
} from '@pullback/files';
import { loadState, Module, type Sequential, StateError, stateOf } from '@pullback/nn';
import { type RecipeName, recipes } from './recipes/table.ts';
import { checkedSettings, type RunSettings, settingNames } from './training/settings.ts';

/** A net, and the recipe that it is of. */
export interface SavedNet {
	readonly recipe: RecipeName;
	/** The net, of images in the form of its recipe. */
	readonly model: Sequential;
}

/** A net that was trained, and by which settings. */
export interface TrainedNet {
	readonly model: Sequential;
	readonly settings: RunSettings;
}

/** How a net is written: `f32As` rounds the weights to 16 bits; f32 if left out. */
export type NetFileOptions = Pick<SafetensorsOptions, 'f32As'>;

/**
 * The bytes of a file of safetensors of a trained net, whose metadata are the settings, as `saveNet` writes it. Throws
 * TypeError and RangeError for arguments that are none.
 */
export function formatNet(trained: TrainedNet, options?: NetFileOptions): Uint8Array {
	const { model, metadata, f32As } = checkedNet('formatNet', trained, options);
	return formatSafetensors(stateOf(model), { metadata, ...f32As });
}

/**
 * The net in the bytes of a file that `formatNet` or `saveNet` made. `file` is the name used in errors. Throws a
 * {@link DataFileError} for one that is damaged, of no recipe that there is, or with other weights than its net has.
 */
export function parseNet(bytes: Uint8Array, file: string): SavedNet {
	return netOf(file, parseSafetensors(bytes, file));
}

/** A trained net as it is written. */
interface WrittenNet {
	readonly model: Sequential;
	readonly metadata: ReadonlyMap<string, string>;
	/** With the option, if it was given. */
	readonly f32As: NetFileOptions;
}

/** A trained net as it is written, of arguments that were checked. */
export function checkedNet(
	operation: string,
	trained: TrainedNet,
	options: NetFileOptions | undefined,
): WrittenNet {
	const { model, settings } = checkedObject(operation, 'trained', trained);
	if (!(model instanceof Module))
		throw new TypeError(`${operation}: model is ${describe(model)}; it must be a Module`);
	if (!isPlain(settings))
		throw new TypeError(`${operation}: settings is ${describe(settings)}; it must be an object`);
	const checked = checkedSettings(operation, settings);
	const { f32As } = checkedOptions(operation, options, ['f32As']);
	const metadata = settingNames.map((name) => [name, String(checked[name])] as const);
	return { model, metadata: new Map(metadata), f32As: f32As === undefined ? {} : { f32As } };
}

/** The net that a file of safetensors is of. */
export function netOf(file: string, { tensors, metadata }: Safetensors): SavedNet {
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
