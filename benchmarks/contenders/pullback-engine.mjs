import { compiler, defaultEngine, wasmEngine } from '../../packages/core/dist/index.js';
import { hasFusedMultiplyAdd } from '../../packages/core/dist/wasm/features.js';

const isRelaxed = process.argv[2] === 'relaxed';
if (isRelaxed && !hasFusedMultiplyAdd())
	throw new Error('this Node cannot multiply and add with one rounding');

/** The engine that the command line asks for: `relaxed`, or else the default one. */
export const engine = isRelaxed ? (wasmEngine({ relaxed: true }) ?? defaultEngine) : defaultEngine;

/** Compiles on that engine. */
export const compile = compiler(engine);

/** What a reader should know of it. */
export const note = isRelaxed ? `relaxed, on Node ${process.versions.node}` : undefined;
