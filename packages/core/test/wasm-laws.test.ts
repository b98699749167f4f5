import { engineLaws } from '@pullback/verify';
import { describe, expect, test } from 'vitest';
import { type WasmEngineOptions, wasmEngine } from '../src/wasm/engine.ts';

const settings: readonly WasmEngineOptions[] = [
	{ threads: 1 },
	{ threads: 2 },
	{ threads: 1, relaxed: true },
];

describe.each(settings)('the WebAssembly engine with %o keeps the laws of engines', (options) => {
	const engine = wasmEngine(options);
	test('there is one here', () => expect(engine).not.toBeNull());
	if (engine === null) return;
	for (const { title, check } of engineLaws({
		newEngine: () => engine,
		fused: options.relaxed === true,
	}))
		test(title, () => {
			expect(check).not.toThrow();
		});
});
