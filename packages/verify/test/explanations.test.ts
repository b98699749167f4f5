import {
	type Compile,
	compiler,
	type Engine,
	type Explained,
	explainPlan,
	interpreter,
	type Node,
	profile,
	wasmEngine,
} from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostilePrograms } from '../src/generated/hostile.ts';
import { models } from '../src/generated/models.ts';
import { bitDifference } from '../src/index.ts';

const wasm = wasmEngine({ threads: 1 }) as Engine; // where these tests run there is WebAssembly
/** A quarter of the runs of other properties: lines are looked for in a stack for every Node. */
const few = { numRuns: Math.ceil((fc.readConfigureGlobal().numRuns ?? 100) / 4) };

/** A compile that interprets, once every function has been explained for an engine and the explanation judged. */
function explaining(engine: Engine): Compile {
	const compile = (f: (...inputs: Node[]) => readonly Node[]) => {
		const run = compiler(interpreter)(f);
		return (...inputs: Node[]): readonly Node[] => {
			const explained = explainPlan(f, { engine })(...inputs);
			judge(explained);
			// The interpreter fuses nothing.
			if (engine !== interpreter) judgeReads(explained);
			return run(...inputs);
		};
	};
	return compile as Compile; // programs compile functions of Nodes alone
}

/** A compile that runs what it has profiled before: the results must be the same, to the bit. */
const profiling = ((f: (...inputs: Node[]) => readonly Node[]) => {
	const run = compiler(wasm)(f);
	return (...inputs: Node[]): readonly Node[] => {
		const { results, kernels } = profile(f, { engine: wasm, runs: 1 })(...inputs);
		const shares = kernels.reduce((sum, { share }) => sum + share, 0);
		if (kernels.length > 0) expect(shares).toBeCloseTo(1, 9);
		const expected = run(...inputs);
		for (const [i, node] of expected.entries()) {
			const result = results[i];
			expect(result && bytesOf(result)).toEqual(bytesOf(node));
		}
		return expected;
	};
}) as Compile; // programs compile functions of Nodes alone

function bytesOf(node: Node): Uint8Array {
	const { buffer, byteOffset, byteLength } = node.data();
	return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The laws of an explanation, whatever the function. */
function judge({ kernels, buffers, stored, refusals, memory, cost }: Explained): void {
	const names = new Set(kernels.map(({ name }) => name));
	expect(names.size, 'kernels have names of their own').toBe(kernels.length);
	for (const { name, nodes } of buffers)
		expect(nodes.length, `${name} is told what it holds`).toBeGreaterThan(0);
	const held = stored.flatMap(({ buffer }) => buffer ?? []);
	expect(new Set(held).size, 'each stored Node is named once').toBe(held.length);
	for (const { reasons } of stored) expect(reasons.length).toBeGreaterThan(0);
	const known = new Set(buffers.map(({ name }) => name));
	for (const buffer of held) expect(known).toContain(buffer);
	for (const { text } of kernels)
		for (const name of namesIn(text)) expect(known, text).toContain(name);
	for (const { kernel, reason } of refusals) {
		expect(names).toContain(kernel);
		expect(reason).not.toBe('');
	}
	expect(Number.isFinite(cost)).toBe(true);
	for (const bytes of Object.values(memory)) expect(bytes).toBeGreaterThanOrEqual(0);
}

/** Of what is read in another kernel than that which wrote it, a refusal tells why. */
function judgeReads({ kernels, stored, refusals }: Explained): void {
	// The buffer of a Variable holds its old value, too, which no kernel has written.
	const nodesOf = new Map(
		stored.map(({ buffer, node }) => [buffer?.startsWith('t') ? buffer : null, node]),
	);
	const writers = new Map<string, Set<string>>();
	for (const { name, text } of kernels)
		for (const buffer of writtenIn(text))
			writers.set(buffer, (writers.get(buffer) ?? new Set()).add(name));
	for (const { name, text, nodes } of kernels) {
		// Checks and copies belong to what they read, and packs to the products that read them.
		if (/^(check|pack)/.test(text)) continue;
		const own = writtenIn(text);
		for (const buffer of namesIn(text)) {
			const node = nodesOf.get(buffer);
			const from = writers.get(buffer);
			if (node === undefined || from === undefined || own.has(buffer) || nodes.includes(node))
				continue;
			const told = refusals.some(({ kernel, reads }) => reads && from.has(kernel));
			expect(told, `${name} reads ${buffer}: ${text}`).toBe(true);
		}
	}
}

function namesIn(text: string): Set<string> {
	return new Set(text.match(/\b(?:t|input|variable|constant)\d+\b/g));
}

function writtenIn(text: string): Set<string> {
	return new Set(
		text
			.split('\n')
			.flatMap((line) => /^\s*(?:pack )?((?:t|variable)\d+)(?:\[.*?\])? = /.exec(line)?.[1] ?? []),
	);
}

const programs = fc.oneof(hostilePrograms(), models());

test.each([wasm, interpreter])(
	'a random program is explained for $name: each buffer, each stored Node once, each read from another kernel',
	(engine) => {
		fc.assert(
			fc.property(programs, (program) => {
				program.outcome(explaining(engine));
			}),
			few,
		);
	},
);

test('profiling a random program gives the results of a run, to the bit, and leaves its Variables to that', () => {
	fc.assert(
		fc.property(programs, (program) => {
			const profiled = program.outcome(profiling);
			expect(bitDifference(profiled, program.outcome(compiler(wasm)))).toBe(null);
		}),
		few,
	);
});
