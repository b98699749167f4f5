import { allocate, type Data, type DType, ranges } from '../graph/dtype.ts';
import { NonFiniteError } from '../graph/errors.ts';
import { formatShape } from '../graph/shape.ts';
import { erfinv as erfinvOf, erf as erfOf } from './erf.ts';
import { digamma as digammaOf, lgamma as lgammaOf, zeta as zetaOf } from './gamma.ts';
import { first, type Kernel } from './kernel.ts';

// One loop an operation, with the operation in it: a loop that calls a function per element is many times slower.

type Loop1 = (out: Data, x: Data) => void;
type Loop2 = (out: Data, x: Data, y: Data) => void;

const unary =
	(loop: Loop1): Kernel<null> =>
	(inputs, node) => {
		const x = first(inputs);
		const out = allocate(node.dtype, x.length);
		loop(out, x);
		return out;
	};

const binary =
	(loop: Loop2): Kernel<null> =>
	([x, y], node) => {
		if (x === undefined || y === undefined) throw new Error('internal: a kernel without inputs');
		const out = allocate(node.dtype, x.length);
		loop(out, x, y);
		return out;
	};

export const add: Kernel<null> = binary((out, x, y) => {
	for (let i = 0; i < out.length; i++) out[i] = x[i]! + y[i]!;
});

export const mul: Kernel<null> = binary((out, x, y) => {
	// A product of two i32 may need 62 bits, of which f64 keeps the wrong ones.
	if (out instanceof Int32Array)
		for (let i = 0; i < out.length; i++) out[i] = Math.imul(x[i]!, y[i]!);
	else for (let i = 0; i < out.length; i++) out[i] = x[i]! * y[i]!;
});

export const div: Kernel<null> = binary((out, x, y) => {
	for (let i = 0; i < out.length; i++) out[i] = x[i]! / y[i]!;
});

export const neg: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = -x[i]!;
});

export const exp: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = Math.exp(x[i]!);
});

export const expm1: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = Math.expm1(x[i]!);
});

export const log: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = Math.log(x[i]!);
});

export const log1p: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = Math.log1p(x[i]!);
});

export const sqrt: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(x[i]!);
});

export const sin: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = Math.sin(x[i]!);
});

export const cos: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = Math.cos(x[i]!);
});

export const tanh: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = Math.tanh(x[i]!);
});

export const erf: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = erfOf(x[i]!);
});

export const tan: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = Math.tan(x[i]!);
});

export const asin: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = Math.asin(x[i]!);
});

export const acos: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = Math.acos(x[i]!);
});

export const atan: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = Math.atan(x[i]!);
});

export const sinh: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = Math.sinh(x[i]!);
});

export const cosh: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = Math.cosh(x[i]!);
});

export const asinh: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = Math.asinh(x[i]!);
});

export const acosh: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = Math.acosh(x[i]!);
});

export const atanh: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = Math.atanh(x[i]!);
});

export const log2: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = Math.log2(x[i]!);
});

export const log10: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = Math.log10(x[i]!);
});

export const exp2: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = 2 ** x[i]!;
});

export const erfinv: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = erfinvOf(x[i]!);
});

export const lgamma: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = lgammaOf(x[i]!);
});

export const digamma: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = digammaOf(x[i]!);
});

export const zeta: Kernel<null> = binary((out, s, x) => {
	for (let i = 0; i < out.length; i++) out[i] = zetaOf(s[i]!, x[i]!);
});

export const atan2: Kernel<null> = binary((out, y, x) => {
	for (let i = 0; i < out.length; i++) out[i] = Math.atan2(y[i]!, x[i]!);
});

export const mod: Kernel<null> = binary((out, x, y) => {
	refuseZero('mod', out, x, y);
	for (let i = 0; i < out.length; i++) {
		const divisor = y[i]!;
		const rest = x[i]! % divisor;
		if (rest === 0) out[i] = divisor < 0 ? -0 : 0;
		else out[i] = rest < 0 !== divisor < 0 ? rest + divisor : rest;
	}
});

export const floorDivide: Kernel<null> = binary((out, x, y) => {
	refuseZero('floorDivide', out, x, y);
	for (let i = 0; i < out.length; i++) {
		const divisor = y[i]!;
		const rest = x[i]! % divisor;
		const toward0 = (x[i]! - rest) / divisor;
		const quotient = rest !== 0 && rest < 0 !== divisor < 0 ? toward0 - 1 : toward0;
		// It is whole but for rounding.
		const floor = Math.floor(quotient);
		const whole = quotient - floor > 0.5 ? floor + 1 : floor;
		out[i] = whole === 0 ? 0 * (x[i]! / divisor) : whole;
	}
});

/** Refuses to divide whole numbers by 0. */
function refuseZero(operation: string, out: Data, x: Data, y: Data): void {
	if (out instanceof Float32Array || out instanceof Float64Array) return;
	const position = y.indexOf(0);
	if (position >= 0)
		throw new RangeError(
			`${operation}: ${x[position]} by 0 in whole numbers; replace 0, or cast to f32 or f64 first, where the result is NaN`,
		);
}

export const pow: Kernel<null> = binary((out, x, y) => {
	const whole = !(out instanceof Float32Array || out instanceof Float64Array);
	for (let i = 0; i < out.length; i++) {
		const base = x[i]!;
		const exponent = y[i]!;
		if (whole && exponent < 0)
			throw new RangeError(
				`pow: ${base} to the power ${exponent} in whole numbers; cast to f32 or f64 first`,
			);
		// JavaScript gives NaN where IEEE 754 gives 1: pow(1, anything) and pow(-1, infinity).
		const one = base === 1 || (base === -1 && Math.abs(exponent) === Infinity);
		out[i] = one ? 1 : whole ? wholePower(base, exponent) : base ** exponent;
	}
});

/** Wraps as repeated multiplication would. */
function wholePower(base: number, exponent: number): number {
	let power = 1;
	let square = base;
	for (let rest = exponent; rest > 0; rest >>>= 1) {
		if (rest & 1) power = Math.imul(power, square);
		square = Math.imul(square, square);
	}
	return power;
}

export const abs: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = Math.abs(x[i]!);
});

export const sign: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = Math.sign(x[i]!);
});

export const floor: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = Math.floor(x[i]!);
});

export const ceil: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = Math.ceil(x[i]!);
});

export const round: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) {
		const up = Math.round(x[i]!);
		out[i] = Math.abs(x[i]! % 1) === 0.5 && up % 2 !== 0 ? up - 1 : up;
	}
});

export const maximum: Kernel<null> = binary((out, x, y) => {
	for (let i = 0; i < out.length; i++) out[i] = Math.max(x[i]!, y[i]!);
});

export const minimum: Kernel<null> = binary((out, x, y) => {
	for (let i = 0; i < out.length; i++) out[i] = Math.min(x[i]!, y[i]!);
});

export const less: Kernel<null> = binary((out, x, y) => {
	for (let i = 0; i < out.length; i++) out[i] = x[i]! < y[i]! ? 1 : 0;
});

export const lessEqual: Kernel<null> = binary((out, x, y) => {
	for (let i = 0; i < out.length; i++) out[i] = x[i]! <= y[i]! ? 1 : 0;
});

export const equal: Kernel<null> = binary((out, x, y) => {
	for (let i = 0; i < out.length; i++) out[i] = x[i]! === y[i]! ? 1 : 0;
});

export const logicalAnd: Kernel<null> = binary((out, x, y) => {
	for (let i = 0; i < out.length; i++) out[i] = x[i]! & y[i]!;
});

export const logicalOr: Kernel<null> = binary((out, x, y) => {
	for (let i = 0; i < out.length; i++) out[i] = x[i]! | y[i]!;
});

export const logicalNot: Kernel<null> = unary((out, x) => {
	for (let i = 0; i < out.length; i++) out[i] = 1 - x[i]!;
});

export const where: Kernel<null> = ([condition, x, y], node) => {
	if (condition === undefined || x === undefined || y === undefined)
		throw new Error('internal: where without inputs');
	const out = allocate(node.dtype, x.length);
	for (let i = 0; i < out.length; i++) out[i] = condition[i] ? x[i]! : y[i]!;
	return out;
};

export const checkFinite: Kernel<null> = (inputs, node) => {
	const x = first(inputs);
	const position = x.findIndex((each) => !Number.isFinite(each));
	if (position >= 0)
		throw new NonFiniteError(
			`checkFinite: ${x[position]} at position ${position} of ${formatShape(node.shape)}; every element must be finite`,
		);
	return x;
};

/** Floats become integers toward zero if those are within range, integers wrap, and anything but 0 is true. */
export const cast: Kernel<{ readonly dtype: DType }> = (inputs, node, { dtype }) => {
	const x = first(inputs);
	if (node.inputs[0]?.dtype === dtype) return x;
	const out = allocate(dtype, x.length);
	const floats = x instanceof Float32Array || x instanceof Float64Array;
	if (dtype === 'bool') for (let i = 0; i < x.length; i++) out[i] = x[i] !== 0 ? 1 : 0;
	else if (floats && (dtype === 'i32' || dtype === 'u8')) {
		const [low, high] = ranges[dtype];
		for (let i = 0; i < x.length; i++) {
			const whole = Math.trunc(x[i]!);
			if (!(whole >= low && whole <= high))
				throw new RangeError(
					`cast: ${x[i]} at position ${i} of ${formatShape(node.shape)} does not fit dtype ${dtype}, whose values are whole numbers from ${low} to ${high}; clip it, and replace NaN, before the cast`,
				);
			out[i] = whole;
		}
	} else out.set(x);
	return out;
};
