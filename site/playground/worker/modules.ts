import * as core from '../../../packages/core/src/index.ts';
import type { Loader } from '../program/modules.ts';

/** What programs of the playground may import. All but core are loaded when they are needed. */
export const loaders: Readonly<Record<string, Loader>> = {
	'@pullback/core': async () => core,
	'@pullback/nn': () => import('../../../packages/nn/src/index.ts'),
	'@pullback/verify': () => import('../../../packages/verify/src/index.ts'),
	'@pullback/pictures': () => import('../../../packages/pictures/src/index.ts'),
	'fast-check': () => import('fast-check'),
};
