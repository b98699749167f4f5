// Needs no peer.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { built } from '../../testing/built.ts';
import { cases, ingredients } from './cases.mjs';
import { hunt } from './hunt.mjs';
import { judge } from './judge.mjs';
import { pullback } from './languages/pullback.mjs';
import { kinds } from './reference.mjs';

built('packages/verify', 'dist/index.js');
Object.assign(globalThis, (await pullback.load()).globals);

/** @typedef {import('./script.mjs').Call} Call */

/**
 * Ours, with one operation in other words.
 *
 * @param {string} method
 * @param {(right: string, call: Call) => string} replace
 */
const planted = (method, replace) => ({
	...pullback,
	operation: (/** @type {Call} */ call) => {
		const right = /** @type {string} */ (pullback.operation(call));
		return call.method === method ? replace(right, call) : right;
	},
});

/** @type {Record<string, { method: string, kind: typeof kinds[number], replace: (right: string, call: Call) => string }>} */
const faults = {
	'a value that is a little off': {
		method: 'tanh',
		kind: 'value',
		replace: (right) => `${right}.mul(1.0001)`,
	},
	'a gradient that loses a term': {
		method: 'mul',
		kind: 'gradient',
		replace: (_, { operands: [x, y] }) => `${x}.stopGradient().mul(${y})`,
	},
	'a second derivative that is lost, as the slope is taken for a constant': {
		method: 'exp',
		kind: 'second derivative',
		// Its value is exp(x) and its slope too, of which x is no more seen.
		replace: (right, { operands: [x] }) =>
			`${right}.stopGradient().mul(${x}.sub(${x}.stopGradient()).add(1))`,
	},
	'a gradient that is not a number far out': {
		method: 'sigmoid',
		kind: 'gradient',
		replace: (_, { operands: [x] }) => `${x}.neg().exp().add(1).reciprocal()`,
	},
	'an operation that throws': {
		method: 'cumsum',
		kind: 'value',
		replace: (right) => `${right}.reshape([97])`,
	},
};

for (const [title, { method, kind, replace }] of Object.entries(faults))
	test(`${title} is found, and shrinks to the operation with the fault alone`, () => {
		const { wrong, counterexamples } = hunt(planted(method, replace), { runs: 120, seed: 2 });
		assert.ok((wrong[kinds.indexOf(kind)] ?? 0) > 0);
		const first = counterexamples.find((each) => each.kind === kinds.indexOf(kind));
		assert.ok(first?.ingredients.includes(method), String(first?.ingredients));
		for (const { code, ingredients } of counterexamples) {
			assert.ok(ingredients.includes(method), `${method} is not among ${ingredients}`);
			assert.equal(code.match(/const v\d/g)?.length, 1, code);
		}
	});

test('a library without a fault is right about every program, and offers all operations', () => {
	const survey = hunt(pullback, { runs: 100, seed: 3 });
	assert.deepEqual(survey.wrong, [0, 0, 0]);
	assert.deepEqual(survey.counterexamples, []);
	assert.equal(survey.run, 100);
	assert.equal(survey.skipped, 0);
});

test('two faults are both found, whichever comes first', () => {
	const one = planted('tanh', (right) => `${right}.mul(2)`);
	const both = {
		...one,
		operation: (/** @type {Call} */ call) =>
			call.method === 'sin' ? `${one.operation(call)}.add(1)` : one.operation(call),
	};
	const { counterexamples } = hunt(both, { runs: 100, seed: 4 });
	assert.deepEqual(
		new Set(counterexamples.flatMap(({ ingredients }) => ingredients)),
		new Set(['tanh', 'sin']),
	);
});

test('an operation that is not offered is no fault, and is counted', () => {
	const without = {
		...pullback,
		operation: (/** @type {Call} */ call) =>
			call.method === 'sin' ? null : pullback.operation(call),
	};
	const survey = hunt(without, { runs: 50, seed: 5 });
	assert.deepEqual(survey.wrong, [0, 0, 0]);
	assert.equal(survey.run, 50);
	const { sin } = survey.missing;
	assert.equal(sin, survey.skipped);
	assert.ok(survey.skipped > 0);
});

test('the same seed finds the same', () => {
	const language = planted('tanh', (right) => `${right}.mul(1.5)`);
	assert.deepEqual(hunt(language, { runs: 30, seed: 6 }), hunt(language, { runs: 30, seed: 6 }));
});

test('another choice at a kink is no fault', () => {
	const atZero = planted('relu', (_, { operands: [x] }) => `${x}.greaterEqual(0).where(${x}, 0)`);
	const survey = hunt(atZero, { runs: 80, seed: 3 });
	assert.deepEqual(survey.wrong, [0, 0, 0]);
	assert.ok(survey.undecided > 0);
});

test('a library that does not end is stopped, and the program that it hangs on shown', () => {
	const hanging = planted('erf', (right) => `(() => { for (;;); return ${right}; })()`);
	const sample = fc.sample(cases(), { numRuns: 100, seed: 8 });
	const first = sample.find((each) => ingredients(each).has('erf'));
	assert.ok(first !== undefined);
	assert.match(judge(first, hanging, 500).fault?.message ?? '', /timed out/);
});
