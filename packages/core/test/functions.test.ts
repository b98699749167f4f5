import { expect, test } from 'vitest';
import { arrays } from '../src/graph/dtype.ts';
import { record } from '../src/graph/node.ts';
import { compiler, grad, jvp, type Node, tensor } from '../src/index.ts';
import { primitives } from '../src/ops/primitives.ts';
import { mathFunctions } from '../src/wasm/math/table.ts';
import { generator, newWasmEngine } from './compiled.ts';
import { type PreciseName, precise, specials } from './functions.rows.ts';

type Dtype = 'f32' | 'f64';
type Numbers = Float32Array | Float64Array;

const names = Object.keys(precise) as PreciseName[]; // the keys are the names
const arity = (name: PreciseName): 1 | 2 => mathFunctions[name].arity;

const apply = (name: PreciseName, operands: readonly Node[]): Node =>
	// as many as its arity
	record(primitives[name] as typeof primitives.atan2, operands as readonly [Node, Node], null);
const toTensors = (operands: readonly Numbers[]): Node[] => operands.map((x) => tensor(x));

const engine = newWasmEngine();
const engines = {
	interpreter: (name: PreciseName, operands: readonly Numbers[]) =>
		apply(name, toTensors(operands)).data() as Numbers, // of floating operands
	WebAssembly: (name: PreciseName, operands: readonly Numbers[]) =>
		compiler(engine)((...xs: Node[]) => apply(name, xs))(...toTensors(operands)).data() as Numbers, // the same
} as const;
const engineNames = ['interpreter', 'WebAssembly'] as const;

/** Where formulas change over or results cease to be ordinary. */
const remarkable = [
	...[
		1e-300, 1e-20, 1e-9, 0.1, 0.25, 0.4142135, 0.5, 0.9, 0.999, 1, 1.25, 1.4616321, 1.5, 2, 2.5, 3,
	],
	...[5, 6, 7.5, 8, 9.5, 10, 20, 22, 88.7, 89.4, 100, 127, 128, 150, 170.5, 308, 700, 709.7, 710.4],
	...[2 ** -60, 2 ** -149, 2 ** -126, 2 ** -24, 2 ** 24, 2 ** 31, 2 ** 60, 1e15, 1e30, 1e200],
	...[1 - 2 ** -53, 1 - 2 ** -24, 1 + 2 ** -52, 1 + 2 ** -23, 2 - 2 ** -52, 2 + 2 ** -51],
	...[Math.PI / 2, Math.PI, 1e5 * Math.PI, 2 ** 1023, 2 ** -1074, Number.MAX_VALUE],
];

/** Numbers all over the range, in both signs, most of them of ordinary size. */
function operandsOf(name: PreciseName, dtype: Dtype, count = 400): readonly Numbers[] {
	const draw = generator(names.indexOf(name) + 1);
	const drawn = (): number => {
		const sign = draw() < 0.5 ? -1 : 1;
		const choice = draw();
		if (choice < 0.3) return sign * 2 ** (draw() * 120 - 60);
		if (choice < 0.6) return sign * draw();
		return sign * (choice < 0.8 ? draw() * 4 : draw() * 60);
	};
	const all = [...remarkable.flatMap((x) => [x, -x]), ...Array.from({ length: count }, drawn)];
	const numbers = new arrays[dtype](all).filter(Number.isFinite);
	if (arity(name) === 1) return [numbers];
	if (name === 'zeta') return [numbers.map((_, i) => 2 + (i % 9)), numbers.map(Math.abs)];
	// Every number with another, and with one of its own size.
	const others = numbers.map((_, i) => numbers[(7 * i + 3) % numbers.length] ?? 0);
	const similar = numbers.map((x) => 0.7 * x);
	return [arrays[dtype].of(...numbers, ...numbers), arrays[dtype].of(...others, ...similar)];
}

/** The distance of neighbours in the format about a number. */
function unit(x: number, dtype: Dtype): number {
	const [digits, lowest] = dtype === 'f32' ? [23, -126] : [52, -1022];
	return 2 ** (Math.max(Math.floor(Math.log2(Math.abs(x))), lowest) - digits);
}

/** Units that a result may be off by: those of `Math` and its own iterations are the interpreter's. */
function unitsOf(name: PreciseName, on: string, dtype: Dtype): number {
	if (dtype === 'f32') return 4;
	// Of large numbers it is a power, which may be off by 20 (wasmMath.test.ts), divided by a number.
	if (name === 'zeta') return 20 + 4;
	return on === 'interpreter' ? 5 : 4;
}

/** The size of the larger of two terms whose difference a result is: near a zero that no number is, nothing better is known. */
function scaleOf(name: PreciseName, x: number, exact: number): number {
	if (x >= 0) return exact;
	if (name === 'lgamma') return Math.max(Math.abs(exact), Math.abs(precise.lgamma(-x, 0)), 1);
	if (name === 'digamma') return Math.max(Math.abs(exact), Math.abs(precise.digamma(-x, 0)), 4);
	return exact;
}

test.each(
	names.flatMap((name) =>
		engineNames.flatMap((on) =>
			(['f32', 'f64'] as const).map((dtype) => [name, on, dtype] as const),
		),
	),
)(
	'%s of the %s in %s is within its units in the last place, signs of 0 and NaN included',
	(name, on, dtype) => {
		const operands = operandsOf(name, dtype);
		const results = engines[on](name, operands);
		const units = unitsOf(name, on, dtype);
		for (const [i, result] of results.entries()) {
			const [x = 0, y = 0] = operands.map((each) => each[i] ?? 0);
			const exact = precise[name](x, y);
			const rounded = dtype === 'f32' ? Math.fround(exact) : exact;
			if (Object.is(result, rounded)) continue;
			const error = Math.abs(result - exact) / unit(scaleOf(name, x, exact), dtype);
			const said = `${name}(${x}${arity(name) === 2 ? `, ${y}` : ''}) is ${result}, not ${exact}`;
			if (!(error <= units && Math.sign(result) === Math.sign(rounded)))
				throw new Error(`${said}: off by ${error} units`);
		}
	},
);

const { NaN: nan } = Number;

test.each(names.flatMap((name) => engineNames.map((on) => [name, on] as const)))(
	'%s of the %s: special values, NaN among them',
	(name, on) => {
		const rows = [...specials[name], [nan, ...(arity(name) === 2 ? [1] : []), nan]];
		for (const dtype of ['f32', 'f64'] as const) {
			const operands = Array.from(
				{ length: arity(name) },
				(_, k) => new arrays[dtype](rows.map((row) => row[k] ?? nan)),
			);
			const results = engines[on](name, operands);
			const expected = new arrays[dtype](rows.map((row) => row.at(-1) ?? nan));
			for (const [i, result] of results.entries())
				expect(result, `${name}(${rows[i]?.slice(0, -1)}) in ${dtype}`).toBe(expected[i]);
		}
	},
);

test.each(names)('each lane of %s is its own', (name) => {
	for (const dtype of ['f32', 'f64'] as const) {
		const operands = operandsOf(name, dtype, 40);
		const length = operands[0]?.length ?? 0;
		const together = engines.WebAssembly(name, operands);
		// Every number next to others, and in another lane.
		for (const turn of [1, 2, 3]) {
			const turned = operands.map((x) => x.map((_, i) => x[(i + turn) % length] ?? 0));
			const results = engines.WebAssembly(name, turned);
			for (const [i, result] of results.entries())
				expect(result).toBe(together[(i + turn) % length]);
		}
	}
});

test.each(engineNames)('whole numbers divide as exact ones do, and wrap, on the %s', (on) => {
	const edges = [0, 1, -1, 2, -2, 3, -7, 255, 2 ** 31 - 1, -(2 ** 31), 2 ** 30, 46_341, -65_536];
	const draw = generator(11);
	const some = [...edges, ...Array.from({ length: 40 }, () => (draw() * 2 ** 32) | 0)];
	for (const dtype of ['i32', 'u8'] as const) {
		const wrapped = (x: bigint): number => arrays[dtype].of(Number(BigInt.asIntN(32, x)))[0] ?? 0;
		const fit = [...arrays[dtype].from(some)];
		const pairs = fit.flatMap((x) => fit.filter((y) => y !== 0).map((y) => [x, y] as const));
		const [x, y] = [0, 1].map((k) => new arrays[dtype](pairs.map((pair) => pair[k] ?? 0)));
		const f = (a: Node, b: Node): Node[] => [a.floorDivide(b), a.mod(b)];
		const operands = [x, y].map((each) => tensor(each ?? [])) as [Node, Node]; // two
		const [quotients, moduli] = (
			on === 'interpreter' ? f(...operands) : compiler(engine)(f)(...operands)
		).map((node) => node.view());
		for (const [i, [a, b]] of pairs.entries()) {
			const [dividend, divisor] = [BigInt(a), BigInt(b)];
			const modulus = ((dividend % divisor) + divisor) % divisor;
			expect(moduli?.[i], `mod(${a}, ${b})`).toBe(wrapped(modulus));
			const quotient = wrapped((dividend - modulus) / divisor);
			expect(quotients?.[i], `floorDivide(${a}, ${b})`).toBe(quotient);
		}
	}
});

test.each(engineNames)(
	'whole numbers by 0 are refused by the %s, in words that say what to do',
	(on) => {
		for (const dtype of ['i32', 'u8'] as const)
			for (const name of ['mod', 'floorDivide'] as const) {
				const f = (x: Node, y: Node): Node => x[name](y);
				const run = on === 'interpreter' ? f : compiler(engine)(f);
				const [x, y] = [tensor([6, 7], { dtype }), tensor([2, 0], { dtype })];
				expect(() => run(x, y).view()).toThrow(
					new RangeError(
						`${name}: 7 by 0 in whole numbers; replace 0, or cast to f32 or f64 first, where the result is NaN`,
					),
				);
				expect(run(x, tensor([2, 7], { dtype })).data()).toEqual(
					arrays[dtype].from(name === 'mod' ? [0, 0] : [3, 1]),
				);
			}
	},
);

test('derivatives of lgamma of every order, in both modes, are factorials times zeta', () => {
	// (-1)^n (n - 1)! zeta(n, x), and below 0 by the recurrence from x to x + 1.
	const expected = (n: number, x: number): number => {
		let factorial = 1;
		for (let k = 2; k < n; k++) factorial *= k;
		let sum = 0;
		let at = x;
		for (; at <= 0; at++) sum += at ** -n;
		return (-1) ** n * factorial * (sum + precise.zeta(n, at));
	};
	for (const x of [1, 0.25, 3.7, 12, -0.3, -2.6, -0.75]) {
		const node = tensor(x, { dtype: 'f64' });
		let [reverse, forward] = [node.lgamma(), node.lgamma()];
		for (let n = 1; n <= 5; n++) {
			[reverse] = grad(reverse, [node]);
			forward = jvp(forward, [node], [tensor(1, { dtype: 'f64' })]);
			if (n === 1) continue;
			for (const slope of [reverse, forward])
				expect(
					Math.abs(slope.item() / expected(n, x) - 1),
					`order ${n} at ${x}: ${slope.item()}, not ${expected(n, x)}`,
				).toBeLessThan(1e-11);
		}
	}
});
