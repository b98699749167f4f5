// Skips what needs PyTorch where there is none.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'vitest';
import * as core from '../../packages/core/dist/index.js';
import { gradientProperty, vectors } from '../../packages/verify/dist/index.js';
import { built } from '../../testing/built.ts';
import { findPython } from '../contenders/roster.mjs';
import { checked } from './peer.mjs';
import { requestsOf } from './requests.mjs';

built('packages/verify', 'dist/index.js');
const { tensor } = core;

/** @typedef {import('./requests.mjs').CatalogueEntry} Entry */

/** @type {(entry: Partial<Entry>) => Entry} */
const entry = (given) => ({
	name: 'sin',
	kind: 'smooth',
	f: (x) => x.sin(),
	operands: vectors(1),
	torch: 'torch.sin',
	...given,
});

const options = { draws: 10, seed: 1, core };

/**
 * The only one.
 *
 * @template T
 * @param {readonly T[]} list
 * @returns {T}
 */
function only([first, ...rest]) {
	assert(first !== undefined && rest.length === 0);
	return first;
}

test('those with an expression are asked about, in the order of their names', () => {
	const right = ['b', 'c', 'a'].map((name) => entry({ name }));
	const { torch: _, ...without } = entry({ name: 'without' });
	const requests = requestsOf(
		{ right: [...right, without], faults: [entry({ name: 'B' })] },
		options,
	);
	assert.deepEqual(
		requests.map(({ name, right: isRight }) => [name, isRight]),
		[
			['B', false],
			['a', true],
			['b', true],
			['c', true],
		],
	);
});

test('two entries of one name are refused', () => {
	assert.throws(
		() => requestsOf({ right: [entry({})], faults: [entry({})] }, options),
		/named sin/,
	);
});

test('the operands are those that gradientProperty draws', () => {
	/** @type {number[][]} */
	const drawn = [];
	const operands = vectors(1).map((nodes) => {
		drawn.push(Array.from(only(nodes).view()));
		return nodes;
	});
	const { failed } = fc.check(
		gradientProperty((x) => x.sin(), operands),
		{ numRuns: 10, seed: 1 },
	);
	assert(!failed);
	const { draws } = only(requestsOf({ right: [entry({})], faults: [] }, options));
	assert.deepEqual(
		draws.map((draw) => {
			const operand = only(draw.operands);
			return 'elements' in operand && operand.elements.map(Number);
		}),
		drawn,
	);
});

test('every number, dtype and shared operand survives JSON', () => {
	const x = tensor(Float64Array.of(-0, NaN, Infinity, -Infinity, 0.1, 5e-324), { shape: [3, 2] });
	const nodes = [x, tensor(Float32Array.of(0.1)), tensor(Int32Array.of(-3)), x];
	const given = entry({ operands: fc.constant(nodes), f: (y) => y });
	const { draws } = only(requestsOf({ right: [given], faults: [] }, { ...options, draws: 1 }));
	assert.deepEqual(JSON.parse(JSON.stringify(only(draws).operands)), [
		{ shape: [3, 2], dtype: 'f64', elements: ['-0', 'NaN', 'Infinity', '-Infinity', 0.1, 5e-324] },
		{ shape: [1], dtype: 'f64', elements: [Math.fround(0.1)] },
		{ shape: [1], dtype: 'i32', elements: [-3] },
		{ same: 0 },
	]);
});

test('what our function computes goes along, unless it throws', () => {
	const square = entry({ f: (x) => x.square(), operands: fc.constant([tensor([1, 2, 3])]) });
	const throwing = entry({
		name: 'throwing',
		f: () => {
			throw new Error('planted');
		},
	});
	const [first, second] = requestsOf({ right: [square], faults: [throwing] }, options);
	assert.deepEqual(first?.draws[0]?.ours, {
		shape: [3],
		value: [1, 4, 9],
		cotangent: [0.5, -0.75, 0.5],
		gradients: [[1, -3, 3]],
	});
	assert.equal(second?.draws[0]?.ours, null);
});

test('no Python is said in a line', async () => {
	await assert.rejects(
		checked('no-such-python', [], { seconds: 1 }),
		/^Error: missing: torch: needs Python 3 with torch \(Debian: python3-torch.*ENOENT$/,
	);
});

const python = findPython();
/** @param {string} code */
const runs = (code) => spawnSync(python, ['-c', code], { timeout: 60_000 }).status === 0;
const noPython = !runs('');
const noTorch = !runs('import torch');

test.skipIf(noPython)('a Python without PyTorch is said in a line', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'gradcheck-'));
	const { env } = process;
	const { PYTHONPATH: before } = env;
	try {
		writeFileSync(join(folder, 'torch.py'), 'raise ImportError("planted")\n');
		Object.assign(env, { PYTHONPATH: folder });
		await assert.rejects(
			checked(python, [], { seconds: 1 }),
			/^Error: missing: torch: needs Python 3 with torch .*ImportError: planted$/,
		);
	} finally {
		if (before === undefined) Reflect.deleteProperty(env, 'PYTHONPATH');
		else Object.assign(env, { PYTHONPATH: before });
		rmSync(folder, { recursive: true });
	}
});

test.skipIf(noTorch)('PyTorch tells right from wrong, and what cannot be run', async () => {
	const square = { f: (/** @type {core.Node} */ x) => x.square() };
	const right = [
		entry({ name: 'smooth' }),
		entry({ name: 'by rule', ...square, torch: 'custom(lambda x: x*x, lambda g, x: 2*g*x)' }),
		entry({ name: 'fast', f: (x) => x.mul(1e5).sin(), torch: 'lambda x: torch.sin(1e5 * x)' }),
		entry({ name: 'not Python', torch: 'lambda x:' }),
		entry({ name: 'endless', torch: 'lambda x: [None for i in iter(int, 1)]' }),
		entry({ name: 'something else', torch: 'torch.cos' }),
		entry({ name: 'another gradient', ...square, torch: 'lambda x: x * x.detach()' }),
		entry({ name: 'no gradient', ...square, torch: 'lambda x: 0 * x + (x * x).detach()' }),
		entry({
			name: 'twice the same',
			f: (x, y) => x.mul(y),
			operands: vectors(1).map((nodes) => [only(nodes), only(nodes)]),
			torch: 'lambda x, y: x * y * (1 if x is y else 2)',
		}),
	];
	const faults = [
		entry({ name: 'slope', ...square, torch: 'custom(lambda x: x*x, lambda g, x: 3*g*x)' }),
		entry({
			name: 'second',
			...square,
			torch: 'custom(lambda x: x*x, lambda g, x: 2*g*x.detach())',
		}),
		entry({
			name: 'number',
			f: (x, y) => x.mul(y),
			operands: vectors(2),
			torch: 'custom(lambda x, y: x * y, lambda g, x, y: (g * y,))',
		}),
		entry({ name: 'shape', torch: 'custom(torch.sin, lambda g, x: torch.ones(7, 7))' }),
	];
	const { torch, answers } = await checked(python, requestsOf({ right, faults }, options), {
		seconds: 2,
	});
	assert.match(torch, /^\d/);
	const said = Object.fromEntries(answers.map(({ name, verdicts }) => [name, verdicts]));
	/** @type {(...verdicts: import('./peer.mjs').Verdict[]) => object} */
	const verdicts = (gradcheck, gradgradcheck, fast) => ({ gradcheck, gradgradcheck, fast });
	assert.deepEqual(said, {
		'another gradient': verdicts('alarm', 'alarm', 'alarm'),
		'by rule': verdicts('ok', 'ok', 'ok'),
		endless: verdicts('error', 'error', 'error'),
		fast: verdicts('alarm', 'alarm', 'alarm'),
		'no gradient': verdicts('alarm', 'ok', 'alarm'),
		'not Python': verdicts('error', 'error', 'error'),
		number: verdicts('found', 'found', 'found'),
		second: verdicts('missed', 'found', 'missed'),
		shape: verdicts('found', 'found', 'found'),
		slope: verdicts('found', 'missed', 'found'),
		smooth: verdicts('ok', 'ok', 'ok'),
		'something else': verdicts('ok', 'ok', 'ok'),
		'twice the same': verdicts('ok', 'ok', 'ok'),
	});
	const unlike = answers.filter(({ reasons }) => 'unlike' in reasons).map(({ name }) => name);
	// PyTorch sums a gradient that is too large where that gives the shape it needs: of one element, or seven.
	assert.deepEqual(unlike, ['another gradient', 'no gradient', 'shape', 'slope', 'something else']);
	const { reasons } = answers.find(({ name }) => name === 'endless') ?? assert.fail();
	const { error = '' } = reasons;
	assert.match(error, /within 2 seconds/);
});
