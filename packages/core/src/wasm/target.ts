import type { Target } from '../lowering/target.ts';
import { mathFunctions, mathNames } from './math/table.ts';

/**
 * WebAssembly with vectors of 128 bits, in V8 on x64, whose registers bound the tile. Sizes of caches and pages are below
 * those of the processors that it was measured on, Zen 4 and Zen 5.
 */
export const wasmTarget: Target = {
	vectorBytes: 16,
	elementsAtOnce: 4,
	tileRows: 4,
	tileColumns: { f32: 8, f64: 4, i32: 8, u8: 8, bool: 8 },
	panelFill: 4,
	accumulators: { f32: 'f64', f64: 'f64', i32: 'i32', u8: 'u8', bool: 'bool' },
	productAccumulators: { f32: 'f32', f64: 'f64', i32: 'i32', u8: 'u8', bool: 'bool' },
	innerBlock: 1024,
	// Some remember a few more.
	pages: { bytes: 4096, remembered: 56 },
	cacheLineBytes: 64,
	nearCacheBytes: 24_576,
	middleCacheBytes: 262_144,
	farCacheBytes: 2 ** 22,
	leftPacking: { bytes: 512, columns: 256, aliasing: { bytes: 1024, columns: 32 } },
	inlined: new Set(mathNames.filter((name) => mathFunctions[name].isShort)),
	fusesProducts: true,
	sharing: { multiplyAdds: 2 ** 18, elements: 65_536, rows: 64, rowElements: 8192 },
};
