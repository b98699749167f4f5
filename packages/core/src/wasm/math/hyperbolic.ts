import { exponentialMinusOneOfPositive } from './exponential.ts';
import type { Lanes, Shape } from './lanes.ts';

/** From here on, the hyperbolic tangent is 1, and so is its formula. */
const end: { readonly [S in Shape]: number } = { f32x4: 10, f64x2: 20 };

/** The hyperbolic tangent. */
export function hyperbolicTangent(x: Lanes): Lanes {
	const size = x.magnitude().atMost(end[x.shape]);
	const power = exponentialMinusOneOfPositive(size.plus(size));
	return power.over(power.plus(2)).withSignOf(x);
}
