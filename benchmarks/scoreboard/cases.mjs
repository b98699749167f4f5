import fc from 'fast-check';
import { programs } from '../../packages/verify/dist/index.js';

/**
 * A program to judge by. Its loss is the weighted sum of its last values, or where there are dead ends of the
 * very last alone: then what led to the others leads nowhere.
 *
 * @typedef {object} Case
 * @property {import('../../packages/verify/dist/index.js').RandomProgram} program
 * @property {boolean} deadEnds
 */

/** @typedef {import('../../packages/core/dist/index.js').Node} Node */

/** Eighths are exact in single precision too, and make code that one can read; ±100 is far out on any sigmoid. */
const elements = fc.oneof(
	{ weight: 15, arbitrary: fc.integer({ min: -16, max: 16 }).map((n) => n / 8) },
	{ weight: 1, arbitrary: fc.constantFrom(100, -100) },
);
const farOut = 2;

const deadEnd = 'a dead end';
const broadcasting = ['add', 'sub', 'mul', 'maximum', 'less', 'where'];

/** Longer programs find no more faults, and each fault hides behind more others. */
const maxLength = 5;

/** @returns {fc.Arbitrary<Case>} */
export function cases() {
	return fc.record({ program: programs({ elements, maxLength }), deadEnds: fc.boolean() });
}

/**
 * The values of another kind that the loss is made of; `call` does one operation.
 *
 * @template Value
 * @param {Case} theCase
 * @param {readonly Value[]} inputs
 * @param {(method: string, operands: readonly Value[], rest: readonly unknown[]) => Value} call
 */
export function lastValues({ program, deadEnds }, inputs, call) {
	const last = program.replay(inputs, call);
	return deadEnds ? last.slice(-1) : last;
}

/**
 * An operation on f64 Nodes. Of `where`, the condition is that x is positive: that x is not 0 would be told
 * differently by the least rounding. Its result is made f64 before the next, because libraries differ in what
 * they do with truth values and whole numbers.
 *
 * @param {string} method
 * @param {readonly Node[]} operands
 * @param {readonly unknown[]} rest
 * @returns {Node} not yet f64, if its own dtype is another
 */
export function applied(method, [x, ...others], rest) {
	const receiver = method === 'where' ? x?.greater(0) : x;
	const methods = /** @type {Record<string, (...operands: readonly unknown[]) => Node>} */ (
		/** @type {unknown} */ (receiver)
	);
	return /** @type {Node} */ (methods[method]?.(...others, ...rest)); // programs name methods of Node
}

/**
 * What a case is made of: its operations, and what is special about it.
 *
 * @param {Case} theCase
 * @returns {Set<string>}
 */
export function ingredients({ program, deadEnds }) {
	/** @type {Set<string>} */
	const found = new Set();
	let size = 1;
	const look = (/** @type {Node} */ node) => {
		size = Math.min(size, sizeOf(node.shape));
		return node;
	};
	const last = program.replay(program.inputs.map(look), (method, operands, rest) => {
		found.add(method);
		const [x, y] = operands;
		if (broadcasting.includes(method) && String(x?.shape) !== String(y?.shape))
			found.add('broadcasting');
		return look(applied(method, operands, rest).cast('f64'));
	});
	if (size === 0) found.add('an empty tensor');
	if (program.inputs.some((input) => input.view().some((x) => Math.abs(x) > farOut)))
		found.add('a number far out');
	if (deadEnds && last.length > 1) found.add(deadEnd);
	return found;
}

/**
 * What a fault is blamed on, by the smallest case that shows it: all its ingredients; a dead end alone where there
 * is one, which cases lose first as they shrink, and which is nothing to do with where it starts.
 *
 * @param {Case} smallest
 * @returns {readonly string[]}
 */
export function blamed(smallest) {
	const found = ingredients(smallest);
	return found.has(deadEnd) ? [deadEnd] : [...found];
}

/** @param {readonly number[]} shape */
export function sizeOf(shape) {
	return shape.reduce((size, length) => size * length, 1);
}

/**
 * 1, 2, 3 ...: the weights of elements in a sum that tells them apart.
 *
 * @param {readonly number[]} shape
 */
export function weights(shape) {
	return Array.from({ length: sizeOf(shape) }, (_, i) => i + 1);
}
