import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { TestProject } from 'vitest/node';
import { built } from '../testing/built.ts';
import { drawnPictures } from './pictures.ts';
import { type Trained, train } from './training.ts';

declare module 'vitest' {
	interface ProvidedContext {
		/** What training in Node comes to. */
		readonly trainedInNode: Trained;
		/** Pictures as they are drawn in Node. */
		readonly drawnInNode: readonly string[];
		/** The program of a page with all that it uses, as it would be published. */
		readonly bundledPage: string;
	}
}

/** Makes what tests compare with, before they begin, from the built packages. */
export default async function setup(project: TestProject): Promise<void> {
	built('packages/nn', 'dist/index.js');
	project.provide('trainedInNode', await train());
	project.provide('drawnInNode', await drawnPictures());
	project.provide('bundledPage', await bundle('page.ts'));
}

async function bundle(program: string): Promise<string> {
	const output = await build({
		configFile: false,
		logLevel: 'silent',
		build: {
			write: false,
			modulePreload: false,
			rollupOptions: { input: fileURLToPath(new URL(program, import.meta.url)) },
		},
	});
	if (!('output' in output)) throw new Error('not one bundle');
	return output.output[0].code;
}
