import type { Target } from '../lowering/target.ts';
import { keepsOrderOfLoads } from './features.ts';
import { mathFunctions, mathNames } from './math/table.ts';

/**
 * WebAssembly with vectors of 128 bits, in V8 on x64, whose registers bound the tile. Sizes of caches and pages are below
 * those of the processors that it was measured on, Zen 4 and Zen 5.
 */
export const wasmTarget: Target = {
	vectorBytes: 16,
	elementsAtOnce: 4,
	tileRows: { f32: 4, f64: 4, i32: 4, u8: 4, bool: 4 },
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
	sharing: { multiplyAdds: 2 ** 18, elements: 65_536, images: 32, rows: 64, rowElements: 8192 },
};

/**
 * The same where a multiplication and an addition are one instruction, which leaves a register for two more rows: tiles of
 * 6 by 8 take 0.86 of the time of 4 by 8 on Sapphire Rapids, 0.92 on Zen 4. Of a compiler that moves loads forward such a
 * tile spills, and takes 1.2 to 1.3 times as long.
 */
export const tallTarget: Target = {
	...wasmTarget,
	tileRows: { ...wasmTarget.tileRows, f32: 6, f64: 6 },
};

/** The target of an engine that multiplies and adds with one rounding, if it does. */
export function targetOf(fused: boolean): Target {
	return fused && keepsOrderOfLoads() ? tallTarget : wasmTarget;
}
