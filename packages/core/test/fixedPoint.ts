export const bitsOf = (x: bigint): number => (x < 0n ? -x : x).toString(2).length;

/** The nearest number to a whole one times 2^-scale. */
export function toNumber(x: bigint, scale: number): number {
	if (x === 0n) return 0;
	const drop = Math.max(bitsOf(x) - 64, 0);
	const top = x >> BigInt(drop);
	const isCut = top << BigInt(drop) !== x;
	const exponent = drop - scale;
	// In two steps, as the power of 2 may be beyond the format.
	const half = Math.trunc(exponent / 2);
	return Number(isCut ? top | 1n : top) * 2 ** half * 2 ** (exponent - half);
}

const double = new DataView(new ArrayBuffer(8));

/** A finite number as a whole one times 2^exponent. */
function parts(x: number): readonly [mantissa: bigint, exponent: number] {
	double.setFloat64(0, x);
	const bits = double.getBigUint64(0);
	const biased = Number((bits >> 52n) & 0x7ffn);
	const fraction = bits & (2n ** 52n - 1n);
	const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
	return [bits >> 63n === 1n ? -mantissa : mantissa, Math.max(biased, 1) - 1075];
}

/** Bernoulli numbers B(2j) from j = 0, as fractions. */
function bernoulli(count: number): (readonly [numerator: bigint, denominator: bigint])[] {
	const gcd = (a: bigint, b: bigint): bigint => {
		let [x, y] = [a < 0n ? -a : a, b];
		while (y !== 0n) [x, y] = [y, x % y];
		return x;
	};
	const all: (readonly [bigint, bigint])[] = [];
	const row: (readonly [bigint, bigint])[] = [];
	// Akiyama & Tanigawa (1999).
	for (let m = 0; m <= 2 * count; m++) {
		row[m] = [1n, BigInt(m + 1)];
		for (let j = m; j >= 1; j--) {
			const [a, b] = row[j - 1] ?? [0n, 1n];
			const [c, d] = row[j] ?? [0n, 1n];
			const [numerator, denominator] = [BigInt(j) * (a * d - c * b), b * d];
			const common = gcd(numerator, denominator);
			row[j - 1] = [numerator / common, denominator / common];
		}
		const first = row[0];
		if (m % 2 === 0 && first !== undefined) all.push(first);
	}
	return all;
}
const bernoulliNumbers = bernoulli(45);

/** Fixed-point arithmetic: numbers are whole multiples of 2^-scale. */
export class Fixed {
	readonly scale: number;
	readonly #shift: bigint;
	readonly one: bigint;
	readonly ln2: bigint;
	readonly pi: bigint;

	constructor(scale: number) {
		this.scale = scale;
		this.#shift = BigInt(scale);
		this.one = 1n << this.#shift;
		// 2 artanh(1/3), and Machin's formula.
		this.ln2 = 2n * this.#ofInverse(3n, 1n);
		this.pi = 16n * this.#ofInverse(5n, -1n) - 4n * this.#ofInverse(239n, -1n);
	}

	of(x: number): bigint {
		const [mantissa, exponent] = parts(x);
		const shift = exponent + this.scale;
		return shift >= 0 ? mantissa << BigInt(shift) : mantissa >> BigInt(-shift);
	}

	times(a: bigint, b: bigint): bigint {
		return (a * b) >> this.#shift;
	}

	over(a: bigint, b: bigint): bigint {
		return (a << this.#shift) / b;
	}

	root(a: bigint): bigint {
		const square = a << this.#shift;
		if (square === 0n) return 0n;
		let x = 1n << BigInt(Math.ceil(bitsOf(square) / 2));
		for (let next = (x + square / x) >> 1n; next < x; next = (x + square / x) >> 1n) x = next;
		return x;
	}

	exp(given: bigint): bigint {
		// Beyond all formats.
		const most = 2000n * this.one;
		const a = given > most ? most : given < -most ? -most : given;
		const count = a / this.ln2;
		const halvings = 12n;
		const r = (a - count * this.ln2) >> halvings;
		let [sum, term] = [this.one, this.one];
		for (let n = 1n; term !== 0n && term !== -1n; n++) {
			term = this.times(term, r) / n;
			sum += term;
		}
		for (let i = 0n; i < halvings; i++) sum = this.times(sum, sum);
		return count >= 0n ? sum << count : sum >> -count;
	}

	log(a: bigint): bigint {
		const count = BigInt(bitsOf(a) - this.scale);
		const m = count >= 0n ? a >> count : a << -count;
		let y = this.of(Math.log(toNumber(m, this.scale)));
		// Halley's iteration, which trebles the digits.
		for (let digits = 40; digits < this.scale; digits *= 3) {
			const power = this.exp(y);
			y += this.over(2n * (m - power), m + power);
		}
		return y + count * this.ln2;
	}

	/** The sine and the cosine. */
	circular(a: bigint): readonly [sine: bigint, cosine: bigint] {
		const right = this.pi / 2n;
		const count = (2n * a + (a < 0n ? -right : right)) / (2n * right);
		const r = a - count * right;
		const square = this.times(r, r);
		let [sine, cosine, term] = [0n, 0n, this.one];
		for (let n = 1n; term !== 0n && term !== -1n; n += 2n) {
			cosine += term;
			const odd = this.times(term, r) / n;
			sine += odd;
			term = -this.times(term, square) / (n * (n + 1n));
		}
		const turns: readonly (readonly [bigint, bigint])[] = [
			[sine, cosine],
			[cosine, -sine],
			[-sine, -cosine],
			[-cosine, sine],
		];
		return turns[Number(((count % 4n) + 4n) % 4n)] ?? [0n, 0n];
	}

	/** The angle of a point with positive x. */
	atan(y: bigint, x: bigint): bigint {
		if (y < 0n) return -this.atan(-y, x);
		if (y > x) return this.pi / 2n - this.atan(x, y);
		let ratio = this.over(y, x);
		const halvings = 8n;
		for (let i = 0n; i < halvings; i++) {
			const secant = this.root(this.one + this.times(ratio, ratio));
			ratio = this.over(ratio, this.one + secant);
		}
		const square = this.times(ratio, ratio);
		let [sum, power] = [0n, ratio];
		for (let n = 1n; power !== 0n; n += 2n) {
			sum += n % 4n === 1n ? power / n : -(power / n);
			power = this.times(power, square);
		}
		return sum << halvings;
	}

	/** The error function, by its power series. */
	erf(a: bigint): bigint {
		const square = this.times(a, a);
		let [sum, term] = [0n, a];
		for (let n = 0n; term !== 0n && term !== -1n; n++) {
			sum += term / (2n * n + 1n);
			term = -this.times(term, square) / (n + 1n);
		}
		return this.over(2n * sum, this.root(this.pi));
	}

	/** log(gamma(a)) and its derivative for positive a, by Stirling's formula beyond 64. */
	gamma(a: bigint): readonly [logarithm: bigint, derivative: bigint] {
		const [start, product, inverses] = this.#shifted(a);
		const log = this.log(start);
		const half = this.one / 2n;
		let logarithm = this.times(start - half, log) - start + this.log(2n * this.pi) / 2n;
		let derivative = log - this.over(half, start);
		const square = this.times(start, start);
		let power = start;
		for (const [j, [numerator, denominator]] of bernoulliNumbers.entries()) {
			if (j === 0) continue;
			const order = BigInt(2 * j);
			const term = this.over(numerator * this.one, power) / denominator;
			logarithm += term / (order * (order - 1n));
			derivative -= this.over(term, start) / order;
			power = this.times(power, square);
		}
		return [logarithm - this.log(product), derivative - inverses];
	}

	#shifted(a: bigint): readonly [start: bigint, product: bigint, inverses: bigint] {
		let [start, product, inverses] = [a, this.one, 0n];
		for (; start < 64n * this.one; start += this.one) {
			product = this.times(product, start);
			inverses += this.over(this.one, start);
		}
		return [start, product, inverses];
	}

	/** The sum of (a + k)^-s, by the Euler-Maclaurin formula from 64 terms on. */
	zeta(s: bigint, a: bigint): bigint {
		const inversePower = (x: bigint): bigint => {
			let power = this.one;
			for (let i = 0n; i < s; i++) power = this.over(power, x);
			return power;
		};
		let [sum, start] = [0n, a];
		for (let k = 0; k < 64; k++, start += this.one) sum += inversePower(start);
		const first = inversePower(start);
		sum += this.times(first, start) / (s - 1n) + first / 2n;
		let term = this.over(first, start) * s;
		for (const [j, [numerator, denominator]] of bernoulliNumbers.entries()) {
			if (j === 0) continue;
			const n = BigInt(2 * j);
			term /= n * (n - 1n);
			sum += (term * numerator) / denominator;
			term = this.over(this.over(term, start), start) * (s + n - 1n) * (s + n);
		}
		return sum;
	}

	/** The sum of sign^n x^-(2n + 1) / (2n + 1). */
	#ofInverse(x: bigint, sign: bigint): bigint {
		let [sum, power] = [0n, this.one / x];
		for (let n = 1n, turn = 1n; power !== 0n; n += 2n, turn *= sign) {
			sum += (turn * power) / n;
			power /= x * x;
		}
		return sum;
	}
}

const arithmetics = new Map<number, Fixed>();
/** Arithmetic in which nothing is lost of functions of such numbers that their results could show. */
export function fixedFor(...operands: number[]): Fixed {
	const exponents = operands.map((x) => (x === 0 ? 0 : Math.abs(Math.log2(Math.abs(x)))));
	const scale = 256 + 256 * Math.ceil((2 * Math.max(...exponents)) / 256);
	const found = arithmetics.get(scale) ?? new Fixed(scale);
	arithmetics.set(scale, found);
	return found;
}
