import { evaluate, grad, sum, tensor, topologicalOrder } from '../../packages/core/dist/index.js';
import { agree } from '../../packages/verify/dist/index.js';
import { applied, lastValues, sizeOf, weights } from './cases.mjs';

/** @typedef {import('./cases.mjs').Case} Case */
/** @typedef {import('./cases.mjs').Node} Node */

/** What is compared, in order: the loss, its gradient, and the gradient of the weighted sum of that. */
export const kinds = /** @type {const} */ (['value', 'gradient', 'second derivative']);

/**
 * A result comes of up to a hundred roundings, each of at most 2^-24 of the largest number on the way: elements
 * and terms of sums number some two dozen, and gradients pass through the program four times.
 */
const rounding = 2 ** -17;

/**
 * Rounding is imitated on the reference: every operation's result is off by so much, of itself and absolutely,
 * at random: four roundings, as a function of a library may be wrong in its last bits. What changes by that is
 * how well the program is conditioned; at a kink or a jump it changes altogether.
 */
const disturbance = 2 ** -22;
/** A library's own errors may conspire more than those of a few random runs. */
const margin = 4;
/** Pairs of opposite disturbances, so that both sides of a kink are seen. */
const pairs = 3;
/** The largest uncertainty, as a share of its size, of a result that can show a fault. */
const maxRelativeUncertainty = 0.01;

/** What is right about a case, by the interpreter in f64. */
export class Reference {
	#case;
	/** @type {number} */
	#allowance;
	/** @type {readonly (readonly number[][])[] | undefined} */
	#disturbed;
	/**
	 * The elements of each of `kinds`.
	 *
	 * @type {readonly (readonly number[])[]}
	 */
	right;

	/** @param {Case} theCase */
	constructor(theCase) {
		const { results, largest } = measured(theCase);
		this.#case = theCase;
		this.#allowance = rounding * largest;
		this.right = results;
	}

	/**
	 * Whether a library in single precision may have got this: yes, no, or that cannot be told, since rounding
	 * changes what is right by that much.
	 *
	 * @param {number} kind an index of `kinds`
	 * @param {readonly number[]} got
	 * @returns {'right' | 'wrong' | 'undecided'}
	 */
	judge(kind, got) {
		const right = this.right[kind] ?? [];
		if (got.length !== right.length) return 'wrong';
		const apart = right.flatMap((x, i) => (near(got[i], x, this.#allowance) ? [] : [i]));
		if (apart.length === 0) return 'right';
		this.#disturbed ??= Array.from(
			{ length: 2 * pairs },
			(_, i) => measured(this.#case, disturber(i >> 1, i % 2 === 0 ? 1 : -1)).results,
		);
		for (const i of apart) {
			const x = right[i] ?? Number.NaN;
			const others = this.#disturbed.map((results) => results[kind]?.[i] ?? Number.NaN);
			const spread = Math.max(...others.map((other) => Math.abs(other - x)));
			const allowed = margin * spread + this.#allowance;
			const told = allowed <= maxRelativeUncertainty * Math.max(1, Math.abs(x));
			if (told && !near(got[i], x, allowed)) return 'wrong';
		}
		return 'undecided';
	}
}

/**
 * @param {number | undefined} got
 * @param {number} right
 * @param {number} tolerance
 */
function near(got = Number.NaN, right, tolerance) {
	return agree(got, right, { absolute: tolerance, relative: 0 });
}

/**
 * The loss of a case for f64 inputs.
 *
 * @param {Case} theCase
 * @param {readonly Node[]} inputs
 * @param {(y: Node) => Node} [disturb]
 */
export function lossOf(theCase, inputs, disturb = (y) => y) {
	const last = lastValues(theCase, inputs.map(disturb), (method, operands, rest) => {
		const y = applied(method, operands, rest);
		return y.dtype === 'f64' ? disturb(y) : y.cast('f64');
	});
	return last.map(weighted).reduce((total, term) => total.add(term));
}

/**
 * @param {Case} theCase
 * @param {(y: Node) => Node} [disturb]
 */
function measured(theCase, disturb) {
	const { inputs } = theCase.program;
	const loss = lossOf(theCase, inputs, disturb);
	const gradients = grad(loss, inputs);
	const slope = gradients.map(weighted).reduce((total, term) => total.add(term));
	const curvatures = grad(slope, inputs);
	const nodes = topologicalOrder([loss, ...gradients, ...curvatures]);
	evaluate(nodes);
	let largest = 1;
	for (const node of nodes)
		for (const x of node.view()) if (Number.isFinite(x)) largest = Math.max(largest, Math.abs(x));
	const elements = (/** @type {readonly Node[]} */ each) =>
		each.flatMap((node) => Array.from(node.view()));
	return { results: [[loss], gradients, curvatures].map(elements), largest };
}

/**
 * Puts every result off by a little, the same again for the same seed.
 *
 * @param {number} seed
 * @param {1 | -1} sign
 */
function disturber(seed, sign) {
	let state = seed;
	const noise = (/** @type {number} */ count) =>
		Float64Array.from({ length: count }, () => {
			state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // a linear congruence (Numerical Recipes)
			return sign * disturbance * (state / 2 ** 31 - 1);
		});
	return (/** @type {Node} */ y) => {
		const size = sizeOf(y.shape);
		const [share, shift] = [
			tensor(noise(size), { shape: y.shape }),
			tensor(noise(size), { shape: y.shape }),
		];
		return y.mul(share.add(1)).add(shift);
	};
}

/** @param {Node} node */
function weighted(node) {
	return sum(node.mul(tensor(weights(node.shape), { dtype: 'f64', shape: node.shape })));
}
