import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DType, tensor, type Variable, variable } from '@pullback/core';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
	DataFileError,
	formatCheckpoint,
	type Handle,
	loadCheckpoint,
	type Notes,
	type Parts,
	parseCheckpoint,
	readNotes,
	resumable,
	saveCheckpoint,
	writeSafetensors,
} from '../src/index.ts';

let folder = '';
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The numbers that there are of each dtype, those among them that are lost first. */
const numbers: Readonly<Record<DType, fc.Arbitrary<number>>> = {
	f32: fc.oneof(fc.constantFrom(-0, Infinity, -Infinity, Number.NaN, 2 ** -149), fc.float()),
	f64: fc.oneof(fc.constantFrom(-0, Infinity, Number.NaN, 5e-324), fc.double()),
	i32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
	u8: fc.nat(255),
	bool: fc.nat(1),
};

/** Variables of some dtypes and shapes, and the same of zeros. */
const variables = fc
	.array(
		fc.record({
			path: fc.stringMatching(/^[a-z]{1,3}(\.[a-z0-9]{1,2})?$/),
			dtype: fc.constantFrom<DType>('f32', 'f64', 'i32', 'u8', 'bool'),
			shape: fc.array(fc.nat(3), { maxLength: 3 }),
		}),
		{ maxLength: 6 },
	)
	.chain((list) =>
		fc.tuple(
			...list.map(({ path, dtype, shape }) => {
				const size = shape.reduce((product, length) => product * length, 1);
				return fc
					.array(numbers[dtype], { minLength: size, maxLength: size })
					.map((values) => ({ path, dtype, shape, values }));
			}),
		),
	);
type Drawn = typeof variables extends fc.Arbitrary<infer List> ? List : never;

const partOf = (list: Drawn, isZero: boolean): { namedVariables(): Map<string, Variable> } => {
	const made = list.map(({ path, dtype, shape, values }): [string, Variable] => {
		const data = isZero ? values.map(() => 0) : values;
		return [path, variable(tensor(Float64Array.from(data), { shape, dtype: 'f64' }).cast(dtype))];
	});
	return { namedVariables: () => new Map(made) };
};
const bitsOf = (parts: Parts): unknown[] =>
	Object.values(parts).flatMap((part) =>
		Array.from(part.namedVariables(), ([path, each]) => [
			path,
			each.dtype,
			each.shape,
			[...each.data()],
		]),
	);

/** A file of a browser that is closed or not, and fails when it is told. */
class Fake implements Handle {
	readonly name = 'fake';
	bytes = new Uint8Array();
	fails = false;

	async getFile(): Promise<{ arrayBuffer(): Promise<ArrayBuffer> }> {
		return { arrayBuffer: async () => this.bytes.slice().buffer };
	}

	async createWritable() {
		const pieces: number[] = [];
		return {
			write: async (bytes: Uint8Array): Promise<void> => {
				if (this.fails) throw new Error('the quota has been exceeded');
				pieces.push(...bytes);
			},
			close: async (): Promise<void> => {
				this.bytes = Uint8Array.from(pieces);
			},
			abort: async (): Promise<void> => undefined,
		};
	}
}

test('what was saved comes back to the bit, with its notes, of every dtype and shape, from files, bytes and handles', async () => {
	const notes = fc.dictionary(
		fc.stringMatching(/^[a-z]{1,4}$/),
		fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null), fc.array(fc.nat())),
	);
	await fc.assert(
		fc.asyncProperty(variables, variables, notes, async (model, optimizer, notes) => {
			const saved = { model: partOf(model, false), optimizer: partOf(optimizer, false) };
			const empty = (): Parts => ({
				model: partOf(model, true),
				optimizer: partOf(optimizer, true),
			});
			const file = join(folder, 'run');
			const handle = new Fake();
			await saveCheckpoint(file, saved, notes as Notes);
			await saveCheckpoint(handle, saved, notes as Notes);
			const bytes = formatCheckpoint(saved, notes as Notes);
			expect(new Uint8Array(readFileSync(file))).toEqual(bytes);
			expect(handle.bytes).toEqual(bytes);
			expect(await readNotes(file)).toEqual(notes);
			expect(await readNotes(handle)).toEqual(notes);
			for (const load of [
				(parts: Parts) => loadCheckpoint(file, parts),
				(parts: Parts) => loadCheckpoint(handle, parts),
				async (parts: Parts) => parseCheckpoint(bytes, 'bytes', parts),
			]) {
				const parts = empty();
				expect(await load(parts)).toEqual(notes);
				expect(bitsOf(parts)).toEqual(bitsOf(saved));
			}
			expect(readdirSync(folder)).toEqual(['run']);
		}),
		{ numRuns: 30 },
	);
});

const part = (values: Readonly<Record<string, Variable>>): Parts[string] => ({
	namedVariables: () => new Map(Object.entries(values)),
});

test('a checkpoint of other parts is refused with the names, and nothing is assigned', () => {
	const bytes = formatCheckpoint({
		model: part({ a: variable([1, 2]), b: variable([3]), c: variable(4), only: variable(1) }),
	});
	const [a, b, c] = [variable([0, 0]), variable([0, 0]), variable(0, { dtype: 'f64' })];
	expect(() =>
		parseCheckpoint(bytes, 'run', { model: part({ a, b, c, more: variable(0) }) }),
	).toThrow(
		'run: found a checkpoint of other parts: it lacks model.more; it has besides model.only; it has model.b as f32[1], not f32[2], model.c as f32[], not f64[]',
	);
	expect([...a.data()]).toEqual([0, 0]);
});

test('what is no checkpoint, or one of another version, is said to be', async () => {
	const file = join(folder, 'other');
	for (const read of [(path: string) => loadCheckpoint(path, {}), readNotes]) {
		await writeSafetensors(file, { a: [1] });
		await expect(read(file)).rejects.toThrow(/found no checkpoint/);
		await writeSafetensors(file, {}, { metadata: { 'pullback.checkpoint': '2' } });
		await expect(read(file)).rejects.toThrow(/found a checkpoint of version .*2.*, needed 1/);
		await writeSafetensors(file, {}, { metadata: { 'pullback.checkpoint': '1' } });
		await expect(read(file)).rejects.toThrow(/found damaged notes/);
		await expect(read(join(folder, 'none'))).rejects.toThrow(/none: no such file/);
	}
});

test('cut anywhere, a checkpoint is refused, and nothing is assigned', () => {
	const bytes = formatCheckpoint({ model: part({ a: variable([1, 2]) }) }, { epoch: 3 });
	const a = variable([0, 0]);
	for (let end = 0; end < bytes.length; end++)
		expect(() => parseCheckpoint(bytes.subarray(0, end), 'cut', { model: part({ a }) })).toThrow(
			DataFileError,
		);
	expect([...a.data()]).toEqual([0, 0]);
});

test('notes that JSON would lose are refused before anything is written', async () => {
	const file = join(folder, 'run');
	for (const note of [Number.NaN, Infinity, -0, undefined, () => 1, new Date(0), 1n])
		await expect(saveCheckpoint(file, {}, { note } as unknown as Notes)).rejects.toThrow(
			/notes\.note is/,
		);
	const loop: { again?: unknown } = {};
	loop.again = loop;
	await expect(saveCheckpoint(file, {}, loop as Notes)).rejects.toThrow(/nested more than 32 deep/);
	expect(readdirSync(folder)).toEqual([]);
});

test('where a file cannot be written, the checkpoint before stays whole', async () => {
	const handle = new Fake();
	const [a, found] = [variable([1]), variable([0])];
	await saveCheckpoint(handle, { model: part({ a }) });
	handle.fails = true;
	a.assign([2]);
	await expect(saveCheckpoint(handle, { model: part({ a }) })).rejects.toThrow(
		'fake: cannot write it: the quota has been exceeded',
	);
	await loadCheckpoint(handle, { model: part({ a: found }) });
	expect(found.data()[0]).toBe(1);
	await expect(saveCheckpoint(join(folder, 'no', 'run'), {})).rejects.toThrow(/no such folder/);
});

test('a run begins at the first batch without a checkpoint, and else where that says; one that is damaged is an error', async () => {
	const file = join(folder, 'run');
	const a = variable([1]);
	const parts = { model: part({ a }) };
	const run = await resumable(file, parts, { everySteps: 2 });
	expect(run.start).toEqual({ epoch: 0, batch: 0 });
	await run.save({ kind: 'step', steps: 1, next: { epoch: 0, batch: 1 } });
	expect(readdirSync(folder)).toEqual([]);
	await run.save({ kind: 'step', steps: 2, next: { epoch: 0, batch: 2 } });
	expect((await resumable(file, parts)).start).toEqual({ epoch: 0, batch: 2 });
	a.assign([5]);
	await run.save({ kind: 'epoch', next: { epoch: 1, batch: 0 } });
	a.assign([7]);
	expect((await resumable(file, parts)).start).toEqual({ epoch: 1, batch: 0 });
	expect(a.data()[0]).toBe(5);
	expect((await resumable(new Fake(), parts)).start).toEqual({ epoch: 0, batch: 0 });
	writeFileSync(file, 'no checkpoint');
	await expect(resumable(file, parts)).rejects.toThrow(DataFileError);
});
