import fc from 'fast-check';
import { expect, test } from 'vitest';
import { erf } from '../src/reference/erf.ts';
import type { Local } from '../src/wasm/assembler/code.ts';
import { ModuleBuilder } from '../src/wasm/assembler/module.ts';
import { type MathName, mathFunctions } from '../src/wasm/math/table.ts';
import { webAssembly } from '../src/wasm/platform.ts';
import { runs } from './runs.ts';

type Numbers = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** Bytes of memory for each input and the result. */
const room = 1 << 22;
const pages = (3 * room) >> 16;
if (webAssembly === undefined) throw new Error('these tests need WebAssembly');
const { Instance, Memory, Module } = webAssembly;
const memory = new Memory({ initial: pages, maximum: pages, shared: false });
const buffer = memory.buffer as ArrayBuffer;

type Applied = (bytes: number) => unknown;

/** A function that applies a mathematical one to so many bytes. */
function instantiate(name: MathName, dtype: 'f32' | 'f64'): Applied {
	const builder = new ModuleBuilder({
		module: 'test',
		name: 'memory',
		initial: pages,
		maximum: pages,
		shared: false,
	});
	const index = builder.function(['i32'], [], (code) => {
		const [bytes, offset] = [code.parameter(0), code.local('i32')];
		const load = (start: number): Local => code.get(offset).access('v128.load', start).keep('v128');
		code.loop((again) => {
			const inputs = name === 'pow' ? [load(0), load(room)] : [load(0)];
			const result = mathFunctions[name][dtype](code, ...inputs);
			code
				.get(offset)
				.get(result)
				.access('v128.store', 2 * room);
			code.get(offset).i32(16).op('i32.add').tee(offset);
			code.get(bytes).op('i32.lt_u').brIf(again);
		});
	});
	builder.export('apply', index);
	const {
		exports: { apply: applied },
	} = new Instance(new Module(builder.encode()), {
		test: { memory },
	});
	if (applied === undefined) throw new Error('nothing exported');
	return applied;
}

const instances = new Map<string, Applied>();

/** The function of all the numbers. */
function apply(name: MathName, x: Numbers, y?: Numbers): Numbers {
	const dtype = x instanceof Float32Array ? 'f32' : 'f64';
	const key = `${name} ${dtype}`;
	const instance = instances.get(key) ?? instantiate(name, dtype);
	instances.set(key, instance);
	const view = (start: number) =>
		dtype === 'f32'
			? new Float32Array(buffer, start, x.length)
			: new Float64Array(buffer, start, x.length);
	view(0).set(x);
	if (y !== undefined) view(room).set(y);
	instance(x.byteLength);
	return view(2 * room).slice();
}

/** As IEEE 754 has it, unlike JavaScript: 1 to any power, and -1 to an infinite one, are 1. */
const pow = (x: number, y: number) =>
	x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y;

const { exp, expm1, log, log1p, sin, cos, tanh } = Math;
const functions = { exp, expm1, log, log1p, sin, cos, tanh, erf } as const;
const names = Object.keys(functions) as (keyof typeof functions)[];

const power = new Float64Array(1);
const powerBits = new BigUint64Array(power.buffer);

/** The distance of neighbours in the format about a finite number. */
function unit(x: number, format: 'f32' | 'f64'): number {
	const [digits, lowest] = format === 'f32' ? [23, 2 ** -126] : [52, 2 ** -1022];
	power[0] = Math.max(Math.abs(x), lowest);
	powerBits[0] = (powerBits[0] ?? 0n) & ~((1n << 52n) - 1n);
	return (power[0] ?? 0) * 2 ** -digits;
}

/** Checks results against wanted ones: within so many units, the same signs of 0, NaN and infinities. */
function expectWithin(
	units: number,
	results: Numbers,
	wanted: (i: number) => number,
	say: (i: number) => string,
): void {
	const format = results instanceof Float32Array ? 'f32' : 'f64';
	for (const [i, result] of results.entries()) {
		const exact = wanted(i);
		const rounded = format === 'f32' ? Math.fround(exact) : exact;
		if (Object.is(result, rounded)) continue;
		const error = Math.abs(result - exact) / unit(exact, format);
		const sameSign = Object.is(Math.sign(1 / result), Math.sign(1 / rounded));
		if (!(error <= units && sameSign && Number.isFinite(rounded))) {
			throw new Error(`${say(i)} is ${result}, not ${exact}: off by ${error} units`);
		}
	}
}

function expectFunctionWithin(units: number, name: keyof typeof functions, x: Numbers): void {
	const call = (i: number) => functions[name](x[i] ?? 0);
	expectWithin(units, apply(name, x), call, (i) => `${name}(${x[i]})`);
}

const { E, LN2, PI, SQRT1_2, SQRT2 } = Math;
/** Where formulas change over, results begin and cease to be representable, and angles begin to be large. */
const remarkable = [
	...[1e-12, 1, 2, 4, 6, 8.66, 9, 10, 16.6355, 17.33, 20, 22, 64, 87.3365, 88.7228, 88.7229, 89],
	...[103.2789, 103.9721, 120, 708.3964, 709.7827, 710, 744.4401, 745.1332, 745.1333, 800, 1000],
	...[-149, -126, -54, -24, 20, 23, 24, 31, 32, 53, 63, 64, 127].map((exponent) => 2 ** exponent),
	...[LN2 / 2, SQRT1_2, PI / 4, SQRT2, PI / 2, E, PI],
];
const special = [0, Infinity, Number.NaN, 1, 0.5, 2, 3, 1e300, 2 ** -1074, Number.MAX_VALUE];
const bothSigns = (numbers: readonly number[]) => numbers.flatMap((x) => [x, -x]);

/** The numbers with their neighbours, so many to either side. */
function neighbourhoods(centres: readonly number[], dtype: 'f32' | 'f64'): Numbers {
	const near = 32;
	if (dtype === 'f32') {
		const patterns = new Int32Array(Float32Array.from(centres).buffer);
		const all = Array.from(patterns, (bits) =>
			Array.from({ length: 2 * near }, (_, i) => bits + i - near),
		);
		return new Float32Array(Int32Array.from(all.flat()).buffer);
	}
	const patterns = new BigInt64Array(Float64Array.from(centres).buffer);
	const all = Array.from(patterns, (bits) =>
		Array.from({ length: 2 * near }, (_, i) => bits + BigInt(i - near)),
	);
	return new Float64Array(BigInt64Array.from(all.flat()).buffer);
}

/** Every so manyth number of f32. */
const spreadOfF32 = new Float32Array(
	Int32Array.from({ length: 430_664 }, (_, i) => Math.imul(i, 9973)).buffer,
);

/** Numbers of f64 all over its range: patterns of bits in a low-discrepancy sequence. */
const spreadOfF64 = new Float64Array(
	BigInt64Array.from({ length: 100_000 }, (_, i) =>
		BigInt.asIntN(64, BigInt(i) * 0x9e3779b97f4a7c15n),
	).buffer,
);

const centres = bothSigns([...remarkable, ...special]);

test.each(names)('%s in f32 is within 4 units in the last place over the whole range', (name) => {
	expectFunctionWithin(4, name, spreadOfF32);
	expectFunctionWithin(4, name, neighbourhoods(centres, 'f32'));
});

test.each(names)(
	'%s in f64 is within 4 units in the last place, and what Math is off by',
	(name) => {
		const units = name === 'erf' ? 20 : 5; // our own reference is off by more
		expectFunctionWithin(units, name, spreadOfF64);
		expectFunctionWithin(units, name, neighbourhoods(centres, 'f64'));
		fc.assert(
			fc.property(fc.float64Array({ minLength: 64, maxLength: 64, min: -50, max: 50 }), (x) =>
				expectFunctionWithin(units, name, Float64Array.from(x)),
			),
		);
	},
);

test.each(['sin', 'cos'] as const)('%s keeps relative accuracy next to its zeros', (name) => {
	const rightAngles = Array.from({ length: 2000 }, (_, i) => i * (Math.PI / 2));
	const far = Array.from({ length: 500 }, (_, i) => 2 ** (i / 4) * (Math.PI / 2));
	for (const dtype of ['f32', 'f64'] as const) {
		expectFunctionWithin(5, name, neighbourhoods([...rightAngles, ...far], dtype));
	}
});

test('the f64 nearest to a whole number of right angles has its published sine and cosine', () => {
	// Muller, Elementary Functions; the cosine of Math in some browsers is 7 units off.
	const [nearest, published] = [6381956970095103 * 2 ** 797, -4.687165924254628e-19];
	const x = Float64Array.of(nearest, -nearest);
	const say = (i: number): string => `at ${x[i]}`;
	expectWithin(4, apply('cos', x), () => published, say);
	expect(Array.from(apply('sin', x))).toEqual([1, -1]);
});

test.each(names)('%s of NaN, infinities and zeros is exact', (name) => {
	const limits = [0, -0, Infinity, -Infinity, Number.NaN];
	for (const x of [Float32Array.from([...limits, 0, 0, 0]), Float64Array.from([...limits, 0])]) {
		const wanted = Array.from(x, (value) => functions[name](value));
		expect(Array.from(apply(name, x))).toStrictEqual(wanted);
	}
});

test.each(names)('each lane of %s is its own', (name) => {
	const number = fc.oneof(fc.double(), fc.double({ min: -10, max: 10 }));
	fc.assert(
		fc.property(fc.array(number, { minLength: 4, maxLength: 4 }), (list) => {
			for (const x of [Float32Array.from(list), Float64Array.from(list)]) {
				const together = apply(name, x);
				for (const [i, value] of x.entries()) {
					expect(apply(name, x.slice().fill(value))[0]).toBe(together[i]);
				}
			}
		}),
	);
});

function expectPowersWithin(units: number, x: Numbers, y: Numbers): void {
	const wanted = (i: number) => pow(x[i] ?? 0, y[i] ?? 0);
	expectWithin(units, apply('pow', x, y), wanted, (i) => `pow(${x[i]}, ${y[i]})`);
}

test('pow follows IEEE 754 in all pairs of special values', () => {
	const values = bothSigns([...special, 4, 2 ** 53, 2 ** 53 - 1, 2 ** 52 + 0.5, 1e-300, 1 / 3]);
	const x = values.flatMap((value) => values.map(() => value));
	const y = values.flatMap(() => values);
	expectPowersWithin(1, Float64Array.from(x), Float64Array.from(y));
	expectPowersWithin(1, Float32Array.from(x), Float32Array.from(y));
});

test('pow is within 4 units in the last place in f32, and 20 in f64', () => {
	const pairs = (x: fc.Arbitrary<number>, y: fc.Arbitrary<number>) =>
		fc.array(fc.tuple(x, y), { minLength: 64, maxLength: 64 });
	const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
	fc.assert(
		fc.property(
			fc.oneof(
				pairs(fc.double(), fc.double()),
				pairs(fc.double({ min: 0 }), between(-2, 2)),
				pairs(between(-10, 10), fc.integer({ min: -320, max: 320 })),
				pairs(between(0.999, 1.001), between(-700_000, 700_000)),
			),
			(list) => {
				const [x, y] = [list.map(([base]) => base), list.map(([, exponent]) => exponent)];
				expectPowersWithin(4, Float32Array.from(x), Float32Array.from(y));
				expectPowersWithin(20, Float64Array.from(x), Float64Array.from(y));
			},
		),
		runs(400),
	);
	expectPowersWithin(
		4,
		spreadOfF32.map(Math.abs),
		spreadOfF32.map((_, i) => 32 * Math.sin(i)),
	);
});

test('tanh, erf, sin and cos never exceed 1', () => {
	for (const name of ['tanh', 'erf', 'sin', 'cos'] as const) {
		for (const x of [spreadOfF32, spreadOfF64]) {
			expect(apply(name, x).some((value) => Math.abs(value) > 1)).toBe(false);
		}
	}
});
