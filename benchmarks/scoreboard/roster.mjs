import { nodeFrom } from '../contenders/recent-node.mjs';

/**
 * A library that is judged, in a process of its own: the module of its language, and how that is started.
 *
 * @typedef {object} Entry
 * @property {string} name
 * @property {string} what
 * @property {string} module
 * @property {string} language the export of the module
 * @property {() => string} node which runs it
 * @property {string} needs what to install if it does not start
 */

/** @type {readonly Entry[]} */
export const roster = [
	{
		name: 'pullback',
		what: 'Pullback, `compile` to WebAssembly, f32',
		module: './languages/pullback.mjs',
		language: 'pullback',
		node: () => process.execPath,
		needs: 'a build: npx tsc -b in the root',
	},
	{
		name: 'tfjs',
		what: 'TF.js, JavaScript backend, f32',
		module: './languages/tfjs.mjs',
		language: 'tfjs',
		node: () => process.execPath,
		needs: 'npm ci in benchmarks/',
	},
	{
		name: 'jax-js',
		what: 'jax-js, WebAssembly backend, f32',
		module: './languages/jax.mjs',
		language: 'jax',
		node: () => nodeFrom(22),
		needs: 'npm ci in benchmarks/, and Node 22 or later (npx -y node@24 is tried)',
	},
	{
		name: 'js-pytorch',
		what: 'js-pytorch, numbers of JavaScript, first derivatives alone',
		module: './languages/js-pytorch.mjs',
		language: 'jsPytorch',
		node: () => process.execPath,
		needs: 'npm ci in benchmarks/',
	},
];
