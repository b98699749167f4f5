import { exponential } from './exponential.ts';
import type { Lanes, Shape } from './lanes.ts';

interface Constants {
	/** From here on, the error function is 1. */
	readonly end: number;
	/** Coefficients of erf(x) / x - 1 in x^2, up to x = 1. */
	readonly near: readonly number[];
	/** Coefficients of log(1 - erf(x)) in x - 1, from x = 1 to the end. */
	readonly far: readonly number[];
}

// Our own minimax fits, weighted for the relative error of erf: 2^-29 in f32, 2^-57 in f64.
const constants: { readonly [S in Shape]: Constants } = {
	f32x4: {
		end: 4,
		near: [
			0.1283791657267299, -0.37612625824338153, 0.11283585149692356, -0.02685381197564398,
			0.00518832775397535, -0.0008010194156748104, 7.853862902620586e-5,
		],
		far: [
			-1.8496055156539029, -2.638966879805783, -0.8431176076084975, -0.04150349778784051,
			0.00989546046343909, -0.001829383161029538, 0.000186379165823497,
		],
	},
	f64x2: {
		end: 6,
		near: [
			0.1283791670955126, -0.3761263890318375, 0.11283791670954857, -0.026866170645072896,
			0.00522397762478086, -0.0008548326978741745, 0.0001205533103688102, -1.4925593506414149e-5,
			1.646097280909372e-6, -1.635002513683452e-7, 1.4657879260333023e-8, -1.1365663714772158e-9,
			5.94525797635706e-11,
		],
		far: [
			-1.8496055099332482, -2.6389675142347775, -0.8431072563593303, -0.04156109802668321,
			0.010033825195165031, -0.001977901311002222, 0.00023731679908027436, 2.6295378516351263e-5,
			-2.719723316729312e-5, 9.669077799017093e-6, -2.1297211864922114e-6, 2.0324165001877667e-7,
			5.882351342465479e-8, -3.3693577004012095e-8, 8.597508162335215e-9, -1.3326842751164843e-9,
			1.2071700151559038e-10, -4.9289595132790314e-12,
		],
	},
};

/** The error function. */
export function errorFunction(x: Lanes): Lanes {
	const { end, near, far } = constants[x.shape];
	const size = x.magnitude().atMost(end);
	const isNear = size.isBelow(1);
	const small = size.times(size.times(size).polynomial(near)).plus(size);
	const large = x.constant(1).minus(exponential(size.minus(1).polynomial(far)));
	return isNear.choose(small, large).withSignOf(x);
}
