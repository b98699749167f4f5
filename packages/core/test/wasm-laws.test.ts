import { engineLaws } from '@pullback/verify';
import { describe, expect, test } from 'vitest';
import { wasmEngine } from '../src/wasm/engine.ts';

describe.each([1, 2])(
	'the WebAssembly engine on %i threads keeps the laws of engines',
	(threads) => {
		const engine = wasmEngine({ threads });
		test('there is one here', () => expect(engine).not.toBeNull());
		if (engine === null) return;
		for (const { title, check } of engineLaws({ newEngine: () => engine }))
			test(title, () => {
				expect(check).not.toThrow();
			});
	},
);
