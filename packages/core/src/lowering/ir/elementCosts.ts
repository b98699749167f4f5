import type { ElementOperation } from './expression.ts';

/**
 * What each element operation costs, in additions; of functions, about their instructions. The one place where that is
 * said: what is stored rather than computed again, and how work is shared among threads, follow from it.
 */
export const elementCosts: { readonly [Operation in ElementOperation]: number } = {
	add: 1,
	sub: 1,
	mul: 1,
	div: 4,
	neg: 1,
	exp: 20,
	expm1: 30,
	log: 25,
	log1p: 30,
	sqrt: 4,
	sin: 40,
	cos: 40,
	tanh: 30,
	erf: 40,
	pow: 100,
	abs: 1,
	sign: 1,
	floor: 1,
	ceil: 1,
	round: 1,
	maximum: 1,
	minimum: 1,
	less: 1,
	lessEqual: 1,
	equal: 1,
	logicalAnd: 1,
	logicalOr: 1,
	logicalNot: 1,
	where: 1,
	cast: 1,
	threefry: 140,
};

/** The least cost of a function, which an interpreter computes by a call. */
export const leastFunctionCost = 20;
