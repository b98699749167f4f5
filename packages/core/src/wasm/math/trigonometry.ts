import type { Local } from '../assembler/code.ts';
import { Lanes, lowHalves, narrow, type Shape, widen } from './lanes.ts';
import { type Angle, reduceLargeAngle } from './largeAngle.ts';

interface Constants {
	/** The number of lanes. */
	readonly count: number;
	/** All numbers are less than 2 to this. */
	readonly bits: number;
	/** Coefficients of (sin(r) / r - 1) / r^2 in r^2, and of (cos(r) - 1 + r^2 / 2) / r^4, up to pi/4. */
	readonly sine: readonly number[];
	readonly cosine: readonly number[];
	/** The right angle in parts: multiples of each but the last are exact for whole factors up to 2^20. */
	readonly rightAngle: readonly number[];
}

// The polynomials: Cephes, sinf.c, and fdlibm, k_sin.c and k_cos.c; the right angle: 33 bits at a time.
const constants: { readonly [S in Shape]: Constants } = {
	f32x4: {
		count: 4,
		bits: 128,
		sine: [-1.6666654611e-1, 8.3321608736e-3, -1.9515295891e-4],
		cosine: [0.04166664568298827, -0.001388731625493765, 2.443315711809948e-5],
		rightAngle: [1.5707963267341256, 6.077100506506192e-11],
	},
	f64x2: {
		count: 2,
		bits: 1024,
		sine: [
			-0.16666666666666632, 0.00833333333332249, -0.0001984126982985795, 2.7557313707070068e-6,
			-2.5050760253406863e-8, 1.58969099521155e-10,
		],
		cosine: [
			0.0416666666666666, -0.001388888888887411, 2.480158728947673e-5, -2.7557314351390663e-7,
			2.087572321298175e-9, -1.1359647557788195e-11,
		],
		rightAngle: [
			1.5707963267341256, 6.077100506303966e-11, 2.0222662487111665e-21, 8.4784276603689e-32,
		],
	},
};

/** Beyond this magnitude, an angle holds too many right angles for `constants.rightAngle`. */
const farAway = 2 ** 20;

/** The sine. */
export function sine(x: Lanes): Lanes {
	const { remainder, quadrant } = reduced(x.magnitude());
	const sign = x.and(x.format.signBit).xor(signOfBitOne(quadrant));
	return isOdd(quadrant).choose(cosineNear(remainder), sineNear(remainder)).xor(sign);
}

/** The cosine. */
export function cosine(x: Lanes): Lanes {
	const { remainder, quadrant } = reduced(x.magnitude());
	const sign = signOfBitOne(quadrant.plusBits(1n));
	return isOdd(quadrant).choose(sineNear(remainder), cosineNear(remainder)).xor(sign);
}

/** The tangent; in f64. */
export function tangent(x: Lanes): Lanes {
	const { remainder, quadrant } = reduced(x.magnitude());
	const [sine, cosine] = [sineNear(remainder), cosineNear(remainder)];
	const odd = isOdd(quadrant);
	const sign = x.xor(odd).and(x.format.signBit);
	return odd.choose(cosine, sine).over(odd.choose(sine, cosine)).xor(sign);
}

interface Reduced {
	/** From -pi/4 to pi/4. */
	readonly remainder: Lanes;
	/** The number of right angles taken away, as a whole number of which the two low bits are right. */
	readonly quadrant: Lanes;
}

/** Takes whole right angles from positive angles. */
function reduced(angle: Lanes): Reduced {
	const { rightAngle } = constants[angle.shape];
	const result =
		angle.shape === 'f64x2' ? reduceNear(angle, rightAngle) : reduceHalves(angle, rightAngle);
	const isFar = farMask(angle);
	angle.code
		.get(isFar.local)
		.op('v128.any_true')
		.if(() => reduceFar(angle, result));
	return result;
}

/** Takes right angles from angles in f32 at the precision of f64. */
function reduceHalves(angle: Lanes, rightAngle: readonly number[]): Reduced {
	const [low, high] = widen(angle);
	const [first, second] = [reduceNear(low, rightAngle), reduceNear(high, rightAngle)];
	return {
		remainder: narrow(first.remainder, second.remainder),
		quadrant: lowHalves(first.quadrant, second.quadrant),
	};
}

/** Takes right angles from angles in f64, part after part (Cody and Waite, 1980). */
function reduceNear(angle: Lanes, rightAngle: readonly number[]): Reduced {
	const { rounder } = angle.format;
	const quadrant = angle.times(2 / Math.PI).plus(rounder);
	const count = quadrant.minus(rounder);
	const remainder = rightAngle.reduce((rest, part) => rest.minus(count.times(part)), angle);
	return { remainder, quadrant };
}

/** Mends the lanes with angles that are far away, one after the other. */
function reduceFar(angles: Lanes, result: Reduced): void {
	const { code, shape } = angles;
	const { count, bits } = constants[shape];
	const left = code.i32(count).keep('i32');
	const rotating = new Lanes(code, shape, code.get(angles.local).keep('v128'));
	code.loop((again) => {
		// The far ones are few: the lanes take their turns as the first one, and end where they were.
		code.get(farMask(rotating).local).lane('i32x4.extract_lane', 0);
		code.if(() => setFirst(result, reduceLargeAngle(code, firstOf(rotating), bits)));
		for (const lanes of [rotating, result.remainder, result.quadrant]) rotate(lanes);
		code.get(left).i32(1).op('i32.sub').tee(left).brIf(again);
	});
}

/** Where a finite angle is far away. */
function farMask(angle: Lanes): Lanes {
	return angle.isAtLeast(farAway).and(angle.isBelow(Infinity));
}

/** The first lane, as f64. */
function firstOf({ code, shape, local }: Lanes): Local {
	code.get(local).lane(`${shape}.extract_lane`, 0);
	if (shape === 'f32x4') code.op('f64.promote_f32');
	return code.keep('f64');
}

/** Sets the first lanes. */
function setFirst(result: Reduced, { remainder, quadrant }: Angle): void {
	const { code, shape, local } = result.remainder;
	code.get(local).get(remainder);
	if (shape === 'f32x4') code.op('f32.demote_f64');
	code.lane(`${shape}.replace_lane`, 0).set(local);
	code.get(result.quadrant.local).get(quadrant.local);
	if (shape === 'f32x4') code.op('i32.wrap_i64').lane('i32x4.replace_lane', 0);
	else code.lane('i64x2.replace_lane', 0);
	code.set(result.quadrant.local);
}

/** Moves every lane down by one, and the first to the end. */
function rotate({ code, shape, local }: Lanes): void {
	code.get(local).get(local);
	if (shape === 'f32x4') code.shuffle32(1, 2, 3, 0);
	else code.shuffle32(2, 3, 0, 1);
	code.set(local);
}

function sineNear(r: Lanes): Lanes {
	const square = r.times(r);
	return square.polynomial(constants[r.shape].sine).times(square).times(r).plus(r);
}

function cosineNear(r: Lanes): Lanes {
	const square = r.times(r);
	const fourth = square.times(square).times(square.polynomial(constants[r.shape].cosine));
	return r.constant(1).minus(square.times(0.5).minus(fourth));
}

function isOdd(quadrant: Lanes): Lanes {
	return quadrant.and(1n).equalsBits(1n);
}

/** The sign bit, set where the bit of value 2 is. */
function signOfBitOne(quadrant: Lanes): Lanes {
	return quadrant.and(2n).shiftedLeft(quadrant.format.width - 2);
}
