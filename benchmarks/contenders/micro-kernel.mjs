// What this machine's V8 can do at best: the multiply-adds of a matmul as the bare loop of a micro-kernel, over
// one pair of packed panels that stays in the first-level cache; nothing is packed, moved or gathered.
import { ModuleBuilder } from '../../packages/core/dist/wasm/assembler/module.js';
import { webAssembly } from '../../packages/core/dist/wasm/platform.js';
import { serve } from './protocol.mjs';

const rows = 4;
const columns = 8;
const vectors = columns / 4;
const page = 65536;

/** Bytes from the start of memory, which begins with the left panel. */
const rightPanel = page;
const output = 2 * page;

/**
 * A module whose `repeat(times, depth)` runs `times` times a loop over `depth` outer products of 4 by 8,
 * `unroll` of them at a time, with or without a way out: between two, or in one before its products.
 *
 * @param {number} unroll
 * @param {'between' | 'before products' | 'none'} out
 */
function assemble(unroll, out) {
	const waysOut = out === 'between';
	const module = new ModuleBuilder({
		module: 'environment',
		name: 'memory',
		initial: 3,
		maximum: 3,
		shared: false,
	});
	const kernel = module.function(['i32'], [], (code) => {
		const depth = code.parameter(0);
		const [left, right, end] = [code.local('i32'), code.local('i32'), code.local('i32')];
		const sums = Array.from({ length: rows * vectors }, () => code.local('v128'));
		const b = Array.from({ length: vectors }, () => code.local('v128'));
		const a = Array.from({ length: rows }, () => code.local('v128'));
		code.i32(rightPanel).set(right);
		code
			.get(depth)
			.i32(4 * rows)
			.op('i32.mul')
			.set(end);
		/** @param {number} count */
		const advanceLeft = (count) =>
			code
				.get(left)
				.i32(4 * rows * count)
				.op('i32.add')
				.set(left);
		code.block((leave) => {
			code.loop((again) => {
				for (let u = 0; u < unroll; u++) {
					if (waysOut && u > 0) code.get(left).get(end).op('i32.eq').brIf(leave);
					for (const [j, local] of b.entries())
						code
							.get(right)
							.access('v128.load', 4 * columns * u + 16 * j)
							.set(local);
					for (const [i, local] of a.entries())
						code
							.get(left)
							.access('v128.load32_splat', 4 * (rows * (waysOut ? 0 : u) + i))
							.set(local);
					if (out === 'before products') code.get(right).op('i32.eqz').brIf(leave);
					for (const [i, factor] of a.entries())
						for (const [j, local] of b.entries()) {
							const sum = sums[vectors * i + j];
							if (sum === undefined) throw new Error('internal: too few sums');
							code.get(sum).get(factor).get(local).op('f32x4.mul').op('f32x4.add').set(sum);
						}
					if (waysOut) advanceLeft(1);
				}
				if (!waysOut) advanceLeft(unroll);
				code
					.get(right)
					.i32(4 * columns * unroll)
					.op('i32.add')
					.set(right);
				code.get(left).get(end).op('i32.ne').brIf(again);
			});
		});
		for (const [i, sum] of sums.entries()) {
			const at = 16 * i;
			code
				.i32(output)
				.i32(output)
				.access('v128.load', at)
				.get(sum)
				.op('f32x4.add')
				.access('v128.store', at);
		}
	});
	const repeat = module.function(['i32', 'i32'], [], (code) => {
		const [times, depth] = [code.parameter(0), code.parameter(1)];
		code.loop((again) => {
			code.get(depth).call(kernel);
			code.get(times).i32(1).op('i32.sub').tee(times).brIf(again);
		});
	});
	module.export('repeat', repeat);
	if (webAssembly === undefined) throw new Error('there is no WebAssembly');
	const memory = new webAssembly.Memory({ initial: 3, maximum: 3, shared: false });
	// Pages that nobody has written may all be one physical page, which AMD's first-level cache takes badly.
	new Float32Array(memory.buffer).fill(0.5);
	const { exports } = new webAssembly.Instance(new webAssembly.Module(module.encode()), {
		environment: { memory },
	});
	const { repeat: made } = exports;
	return /** @type {(times: number, depth: number) => void} */ (made);
}

/** @param {(times: number, depth: number) => void} repeat */
function rate(repeat) {
	let best = Number.POSITIVE_INFINITY;
	for (let i = 0; i < 20; i++) {
		const start = performance.now();
		repeat(1000, 512);
		best = Math.min(best, performance.now() - start);
	}
	return (2 * rows * columns * 512 * 1000) / best / 1e6;
}

// Which form is fastest differs from one V8 to the next: the best stands for it.
const candidates = [
	{ form: 'one step a turn', repeat: assemble(1, 'none') },
	{ form: 'one step a turn, with a way out', repeat: assemble(1, 'before products') },
	{ form: 'two steps a turn', repeat: assemble(2, 'none') },
	{ form: 'four steps a turn', repeat: assemble(4, 'none') },
	{ form: 'four steps a turn, with ways out', repeat: assemble(4, 'between') },
	{ form: 'eight steps a turn, with ways out', repeat: assemble(8, 'between') },
];
for (const { repeat } of candidates) rate(repeat);
await new Promise((resolve) => setTimeout(resolve, 100)); // V8 compiles them well in the background
const [best] = candidates
	.map((each) => ({ ...each, rate: rate(each.repeat) }))
	.sort((x, y) => y.rate - x.rate);
if (best === undefined) throw new Error('internal: no candidate');

await serve({
	version: `${rows}x${columns}`,
	note: `${best.rate.toFixed(1)} GFLOPS, ${best.form}`,
	works: {
		matmul: (spec) => ({
			run: () => best.repeat((spec.rows * spec.columns) / (rows * columns), spec.inner),
			read: () => Number.NaN,
		}),
	},
});
