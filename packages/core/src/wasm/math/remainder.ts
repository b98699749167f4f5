import type { Code, Local } from '../assembler/code.ts';
import { Lanes } from './lanes.ts';
import { Word } from './word.ts';

// All in f64, to the bit what the interpreter computes.

/** x less the multiple of y below it: with the sign of y, NaN if that is 0 or x is infinite. */
export function modulo(x: Lanes, y: Lanes): Lanes {
	const remainder = truncatedRemainder(x, y);
	const sign = x.format.signBit;
	const moved = isOfOtherSign(remainder, y).choose(remainder.plus(y), remainder);
	return remainder.equals(0).choose(y.and(sign), moved);
}

/** The greatest whole number not above x / y, which is not rounded before; NaN where the modulus is. */
export function floorQuotient(x: Lanes, y: Lanes): Lanes {
	const remainder = truncatedRemainder(x, y);
	const steps = isOfOtherSign(remainder, y).and(x.constant(1));
	const quotient = x.minus(remainder).over(y).minus(steps);
	// It is whole but for rounding.
	const floor = quotient.floored();
	const whole = floor.plus(quotient.minus(floor).isAbove(0.5).and(x.constant(1)));
	return whole.equals(0).choose(x.xor(y).and(x.format.signBit), whole);
}

/** Where a remainder is not 0, and its sign not that of the divisor. */
function isOfOtherSign(remainder: Lanes, y: Lanes): Lanes {
	return remainder.isBelow(0).xor(y.isBelow(0)).and(remainder.differsFrom(0));
}

/** x less the multiple of y next to it toward 0, exactly, lane by lane. */
function truncatedRemainder(x: Lanes, y: Lanes): Lanes {
	const { code, shape } = x;
	const isDefined = x.magnitude().isBelow(Infinity).and(y.magnitude().isAbove(0));
	const dividend = isDefined.choose(x.magnitude(), 0);
	const divisor = isDefined.choose(y.magnitude(), 1);
	const result = new Lanes(code, shape, code.get(dividend.local).keep('v128'));
	code.get(dividend.isAtLeast(divisor).local).op('v128.any_true');
	code.if(() => {
		for (const lane of [0, 1]) {
			const of = ({ local }: Lanes): Local =>
				code.get(local).lane('f64x2.extract_lane', lane).keep('f64');
			const [a, b] = [of(dividend), of(divisor)];
			code.get(a).get(b).op('f64.ge');
			code.if(() => {
				code.get(result.local).get(remainderOfPositive(code, a, b));
				code.lane('f64x2.replace_lane', lane).set(result.local);
			});
		}
	});
	return isDefined.choose(result.withSignOf(x), Number.NaN);
}

/** Bits of zeros that a remainder of 53 bits can be given at once. */
const digitsAtOnce = 11n;

/** The remainder of finite a by b, where a >= b > 0, by long division of the mantissas. */
function remainderOfPositive(code: Code, a: Local, b: Local): Local {
	const [dividend, divisor] = [wholeOf(code, a), wholeOf(code, b)];
	const by = divisor.mantissa;
	const rest = Word.of(code, 0n);
	rest.assign(dividend.mantissa.modulo(by));
	const left = Word.of(code, 0n);
	left.assign(dividend.exponent.minus(divisor.exponent));
	code.block((done) => {
		code.loop((again) => {
			code.get(left.local).op('i64.eqz').brIf(done);
			const isMany = left.isBelow(Word.of(code, digitsAtOnce));
			// The lesser of the two: left where it is below, else all that fit.
			const digits = isMany.times(left).plus(Word.of(code, 1n).minus(isMany).times(digitsAtOnce));
			rest.assign(rest.shiftedLeft(digits).modulo(by));
			left.assign(left.minus(digits));
			code.br(again);
		});
	});
	// The unit of b is b less its mantissa's share: a power of 2, exactly.
	code.get(rest.local).op('f64.convert_i64_u');
	code.get(b).get(by.local).op('f64.convert_i64_u').op('f64.div').op('f64.mul');
	return code.keep('f64');
}

/** A positive number as a whole one times 2 to the exponent, less a constant. */
function wholeOf(code: Code, x: Local): { readonly mantissa: Word; readonly exponent: Word } {
	const bits = new Word(code, code.get(x).op('i64.reinterpret_f64').keep('i64'));
	const biased = bits.shiftedRight(52n);
	// Subnormal numbers have no leading bit, and the exponent of the smallest that has.
	const isSubnormal = biased.isBelow(Word.of(code, 1n));
	const leading = Word.of(code, 1n).minus(isSubnormal).shiftedLeft(52n);
	return {
		mantissa: bits.and(2n ** 52n - 1n).or(leading),
		exponent: biased.plus(isSubnormal),
	};
}
