import { engineLaws } from '@pullback/verify';
import { describe, test } from 'vitest';
import type { WasmEngineOptions } from '../src/wasm/engine.ts';
import { filledEngine } from './filledMemory.ts';
import { runs } from './runs.ts';

const settings: readonly WasmEngineOptions[] = [
	{ threads: 1 },
	{ threads: 2 },
	{ threads: 1, relaxed: true },
];

describe.each(settings)('the WebAssembly engine with %o keeps the laws of engines', (options) => {
	const engine = filledEngine(options);
	for (const { title, check } of engineLaws({
		newEngine: () => engine,
		fused: options.relaxed === true,
		runs: runs(40).numRuns,
	}))
		test(title, check);
});
