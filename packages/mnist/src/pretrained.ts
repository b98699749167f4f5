import { fileURLToPath } from 'node:url';
import { describe } from '@pullback/core/arguments';
import type { Sequential } from '@pullback/nn';
import { loadNet } from './savedNet.ts';

/** The recipes whose trained weights come with the package. */
export type PretrainedName = 'three-layer' | 'convnet';

export const pretrainedNames: readonly PretrainedName[] = ['three-layer', 'convnet'];

/** The file of the trained weights of a recipe, which `mnist train --recipe NAME --save-as f16 --save FILE` writes. */
export function pretrainedFile(name: PretrainedName): string {
	return fileURLToPath(new URL(`../weights/${name}.safetensors`, import.meta.url));
}

/**
 * A net with the trained weights that come with the package: 'three-layer', of images [n, 784], or 'convnet', of images
 * [n, 1, 28, 28], with pixels from 0 to 1. Rejects with a TypeError for another name.
 */
export async function pretrained(name: PretrainedName): Promise<Sequential> {
	if (!pretrainedNames.includes(name))
		throw new TypeError(
			`pretrained: name is ${describe(name)}; it must be one of ${pretrainedNames.join(', ')}`,
		);
	const { model } = await loadNet(pretrainedFile(name));
	return model;
}
