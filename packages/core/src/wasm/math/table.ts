import { errorFunction, inverseErrorFunction } from './errorFunction.ts';
import { exponential, exponentialMinusOne, exponentialOfBaseTwo } from './exponential.ts';
import { digamma, hurwitzZeta, logarithmOfGamma } from './gamma.ts';
import {
	hyperbolicCosine,
	hyperbolicSine,
	hyperbolicTangent,
	inverseHyperbolicCosine,
	inverseHyperbolicSine,
	inverseHyperbolicTangent,
} from './hyperbolic.ts';
import { angle, inverseCosine, inverseSine, inverseTangent } from './inverseTrigonometry.ts';
import { binary, inHalves, inHalvesOfTwo, type Lanes, type MathFunction, unary } from './lanes.ts';
import {
	logarithm,
	logarithmOfOnePlus,
	logarithmToBaseTen,
	logarithmToBaseTwo,
} from './logarithm.ts';
import { power, powerByHalves } from './power.ts';
import { floorQuotient, modulo } from './remainder.ts';
import { cosine, sine, tangent } from './trigonometry.ts';

export type { MathFunction } from './lanes.ts';

/** A function in either precision, lane by lane. */
export interface Precisions {
	readonly f32: MathFunction;
	readonly f64: MathFunction;
	readonly arity: 1 | 2;
	/** In f32 short enough to stand in the loop that needs it, which saves a call for every four elements. */
	readonly isShort: boolean;
}

/**
 * Code for the mathematical functions that WebAssembly has no instruction for, of vectors. It uses neither memory nor
 * calls, and only operations whose results IEEE 754 fixes: the bits are the same everywhere.
 */
export const mathFunctions = {
	exp: short((x) => exponential(x)),
	expm1: short(exponentialMinusOne),
	log: short(logarithm),
	log1p: short(logarithmOfOnePlus),
	sin: long(sine),
	cos: long(cosine),
	tanh: short(hyperbolicTangent),
	erf: short(errorFunction),
	tan: inDouble(tangent),
	asin: inDouble(inverseSine),
	acos: inDouble(inverseCosine),
	atan: inDouble(inverseTangent),
	sinh: inDouble(hyperbolicSine),
	cosh: inDouble(hyperbolicCosine),
	asinh: inDouble(inverseHyperbolicSine),
	acosh: inDouble(inverseHyperbolicCosine),
	atanh: inDouble(inverseHyperbolicTangent),
	exp2: inDouble(exponentialOfBaseTwo),
	log2: inDouble(logarithmToBaseTwo),
	log10: inDouble(logarithmToBaseTen),
	erfinv: inDouble(inverseErrorFunction),
	lgamma: inDouble(logarithmOfGamma),
	digamma: inDouble(digamma),
	atan2: pairInDouble(angle),
	zeta: pairInDouble(hurwitzZeta),
	mod: pairInDouble(modulo),
	floorDivide: pairInDouble(floorQuotient),
	pow: {
		f32: binary('f32x4', powerByHalves),
		f64: binary('f64x2', power),
		arity: 2,
		isShort: false,
	},
} as const satisfies Readonly<Record<string, Precisions>>;

/** The name of a function: a key of the table. */
export type MathName = keyof typeof mathFunctions;

export const mathNames = Object.keys(mathFunctions) as readonly MathName[]; // the keys are the names

/** One formula, whose constants depend on the precision. */
function short(formula: (x: Lanes) => Lanes): Precisions {
	return { ...long(formula), isShort: true };
}

function long(formula: (x: Lanes) => Lanes): Precisions {
	return {
		f32: unary('f32x4', formula),
		f64: unary('f64x2', formula),
		arity: 1,
		isShort: false,
	};
}

/** A formula in f64, by which f32 is computed too. */
function inDouble(formula: (x: Lanes) => Lanes): Precisions {
	return {
		f32: unary('f32x4', inHalves(formula)),
		f64: unary('f64x2', formula),
		arity: 1,
		isShort: false,
	};
}

function pairInDouble(formula: (x: Lanes, y: Lanes) => Lanes): Precisions {
	return {
		f32: binary('f32x4', inHalvesOfTwo(formula)),
		f64: binary('f64x2', formula),
		arity: 2,
		isShort: false,
	};
}
