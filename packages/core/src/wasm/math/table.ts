import { errorFunction } from './errorFunction.ts';
import { exponential, exponentialMinusOne } from './exponential.ts';
import { hyperbolicTangent } from './hyperbolic.ts';
import { binary, type Lanes, type MathFunction, unary } from './lanes.ts';
import { logarithm, logarithmOfOnePlus } from './logarithm.ts';
import { power, powerByHalves } from './power.ts';
import { cosine, sine } from './trigonometry.ts';

export type { MathFunction } from './lanes.ts';

/** The functions that WebAssembly has no instruction for. */
export type MathName = 'exp' | 'expm1' | 'log' | 'log1p' | 'sin' | 'cos' | 'tanh' | 'erf' | 'pow';

/** A function in either precision, lane by lane. */
export interface Precisions {
	readonly f32: MathFunction;
	readonly f64: MathFunction;
}

/**
 * Code for mathematical functions of vectors. It uses neither memory nor calls, and only operations whose results
 * IEEE 754 fixes: the bits are the same everywhere.
 */
export const mathFunctions: { readonly [Name in MathName]: Precisions } = {
	exp: both((x) => exponential(x)),
	expm1: both(exponentialMinusOne),
	log: both(logarithm),
	log1p: both(logarithmOfOnePlus),
	sin: both(sine),
	cos: both(cosine),
	tanh: both(hyperbolicTangent),
	erf: both(errorFunction),
	pow: { f32: binary('f32x4', powerByHalves), f64: binary('f64x2', power) },
};

/** One formula, whose constants depend on the precision. */
function both(formula: (x: Lanes) => Lanes): Precisions {
	return { f32: unary('f32x4', formula), f64: unary('f64x2', formula) };
}
