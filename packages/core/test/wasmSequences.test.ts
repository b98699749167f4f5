import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrays } from '../src/graph/dtype.ts';
import { record } from '../src/graph/node.ts';
import { argsort, type Data, type DType, scatterAdd, sort, tensor } from '../src/index.ts';
import { scatterItems } from '../src/lowering/execution/scatterBlocks.ts';
import type { Buffer } from '../src/lowering/ir/expression.ts';
import type { Scan, Scatter, Sort } from '../src/lowering/ir/kernel.ts';
import { primitives } from '../src/ops/primitives.ts';
import type { Code, Local } from '../src/wasm/assembler/code.ts';
import { ModuleBuilder } from '../src/wasm/assembler/module.ts';
import type { AddressOf } from '../src/wasm/emit/addresses.ts';
import { emitScan } from '../src/wasm/emit/algorithms/scan.ts';
import { emitScatter } from '../src/wasm/emit/algorithms/scatter.ts';
import { emitSort } from '../src/wasm/emit/algorithms/sort.ts';
import { webAssembly } from '../src/wasm/platform.ts';
import { GuardedMemory } from './guarded.ts';
import { runs } from './runs.ts';

if (webAssembly === undefined) throw new Error('these tests need WebAssembly');
const { Instance, Module } = webAssembly;

const memory = new GuardedMemory();

/** The elements of each buffer after a function has run that `emit` writes; only `written` ones may change. */
function run(
	inputs: ReadonlyMap<Buffer, Data>,
	written: readonly Buffer[],
	emit: (code: Code, addressOf: AddressOf) => void,
): (buffer: Buffer) => Data {
	memory.clear();
	const builder = new ModuleBuilder({ module: 'test', name: 'memory', ...memory.limits });
	const index = builder.function([], [], (code) =>
		emit(code, (buffer) => memory.addressOf(buffer)),
	);
	builder.export('run', index);
	const {
		exports: { run: emitted },
	} = new Instance(new Module(builder.encode()), { test: { memory: memory.memory } });
	if (emitted === undefined) throw new Error('nothing exported');
	for (const buffer of [...inputs.keys(), ...written]) memory.addressOf(buffer);
	memory.run(inputs, written, emitted);
	return (buffer) => memory.view(buffer).slice();
}

let buffers = 0;
function newBuffer(dtype: DType, size: number): Buffer {
	return { id: buffers++, dtype, size, role: 'temporary' };
}

/** Emits the work on so many items in two parts, or one if there is but one item. */
function inParts(
	code: Code,
	items: number,
	emit: (begin: Local, end: Local, part: Local) => void,
): void {
	const cut = Math.ceil(items / 3);
	for (const [part, [begin, end]] of [[0, cut] as const, [cut, items] as const].entries())
		if (begin < end) {
			const [first, last] = [code.i32(begin).keep('i32'), code.i32(end).keep('i32')];
			emit(first, last, code.i32(part).keep('i32'));
		}
}

function dataOf(dtype: DType, elements: readonly number[]): Data {
	return new arrays[dtype](elements);
}

/** The same to the sign of zeros; a NaN is as good as another. */
function expectSame(actual: Data, expected: Data): void {
	expect(actual.length).toBe(expected.length);
	for (const [place, element] of expected.entries())
		if (!Object.is(actual[place], element))
			throw new Error(`${actual[place]} at ${place}, not ${element}`);
}

const special = fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, 1, -1, 1e-40, 3e38);
const elements: Readonly<Record<DType, fc.Arbitrary<number>>> = {
	f32: fc.oneof(special, fc.float({ noNaN: true })),
	f64: fc.oneof(special, fc.double({ noNaN: true })),
	i32: fc.oneof(fc.constantFrom(0, 1, -1, 2 ** 31 - 1, -(2 ** 31)), fc.integer()),
	u8: fc.oneof(fc.constantFrom(0, 1, 255), fc.integer({ min: 0, max: 255 })),
	bool: fc.integer({ min: 0, max: 1 }),
};

function someOf(dtype: DType, size: number): fc.Arbitrary<Data> {
	return fc
		.array(elements[dtype], { minLength: size, maxLength: size })
		.map((list) => dataOf(dtype, list));
}

interface Rows {
	readonly rows: number;
	readonly length: number;
	readonly x: Data;
}

/** Rows of elements, none among them, and rows without any. */
function rowsOf(dtype: DType): fc.Arbitrary<Rows> {
	return fc
		.record({ rows: fc.nat(4), length: fc.oneof(fc.nat(3), fc.nat(70)) })
		.chain(({ rows, length }) => someOf(dtype, rows * length).map((x) => ({ rows, length, x })));
}

const kinds = { sort, argsort } as const;

function expectSorted(kind: Sort['kind'], dtype: DType, { rows, length, x }: Rows): void {
	const expected = kinds[kind](tensor(x, { dtype, shape: [rows, length] }));
	const kernel: Sort = {
		kind,
		input: newBuffer(dtype, x.length),
		output: newBuffer(expected.dtype, x.length),
		parts: 2,
		scratch: newBuffer('i32', 2 * 2 * length),
		rows,
		length,
	};
	const results = run(
		new Map([[kernel.input, x]]),
		[kernel.output, kernel.scratch],
		(code, addressOf) =>
			inParts(code, rows, (...range) => emitSort(code, kernel, addressOf, ...range)),
	);
	expectSame(results(kernel.output), expected.data());
}

const sortCases = (['sort', 'argsort'] as const).flatMap((kind) =>
	(['f32', 'f64', 'i32', 'u8', 'bool'] as const).map((dtype) => [kind, dtype] as const),
);

test.each(sortCases)("%s of %s rows is the interpreter's", (kind, dtype) => {
	fc.assert(fc.property(rowsOf(dtype), (example) => expectSorted(kind, dtype, example)));
});

test.each(sortCases)("%s of long %s rows is the interpreter's", (kind, dtype) => {
	const long = fc
		.integer({ min: 5000, max: 20_000 })
		.chain((length) => someOf(dtype, length).map((x) => ({ rows: 1, length, x })));
	fc.assert(
		fc.property(fc.noShrink(long), (example) => expectSorted(kind, dtype, example)),
		runs(3),
	);
});

test.each(['f32', 'f64', 'i32', 'u8'] as const)(
	"running sums of %s rows are the interpreter's",
	(dtype) => {
		fc.assert(
			fc.property(rowsOf(dtype), ({ rows, length, x }) => {
				// Recorded as it is, for the public function counts bytes as i32.
				const expected = record(primitives.cumsum, [tensor(x, { shape: [rows, length] })], null);
				const kernel: Scan = {
					kind: 'cumsum',
					input: newBuffer(dtype, x.length),
					output: newBuffer(expected.dtype, x.length),
					rows,
					length,
				};
				const results = run(new Map([[kernel.input, x]]), [kernel.output], (code, addressOf) =>
					inParts(code, rows, (begin, end) => emitScan(code, kernel, addressOf, begin, end)),
				);
				expectSame(results(kernel.output), expected.data());
			}),
		);
	},
);

interface Scattering {
	readonly extents: Pick<Scatter, 'batch' | 'before' | 'length' | 'picks' | 'after'>;
	readonly updates: Data;
	readonly indices: Data;
}

/** Updates with indices in range, negative ones among those that may be, few enough places to meet often. */
function scatterings(dtype: DType, indexed: 'i32' | 'u8'): fc.Arbitrary<Scattering> {
	return fc
		.record({
			batch: fc.nat(3),
			before: fc.nat(3),
			length: fc.nat(6),
			picks: fc.nat(12),
			after: fc.oneof(fc.constant(1), fc.nat(5), fc.constantFrom(63, 64, 65, 128, 150)),
		})
		.map((extents) => (extents.length === 0 ? { ...extents, picks: 0 } : extents))
		.chain((extents) => {
			const { batch, before, length, picks, after } = extents;
			const index = fc.integer({
				min: indexed === 'u8' ? 0 : -length,
				max: Math.max(length - 1, 0),
			});
			const count = batch * picks;
			return fc.record({
				extents: fc.constant(extents),
				updates: someOf(dtype, batch * before * picks * after),
				indices: fc
					.array(index, { minLength: count, maxLength: count })
					.map((list) => dataOf(indexed, list)),
			});
		});
}

test.each(
	(['f32', 'f64', 'i32', 'u8'] as const).flatMap((dtype) =>
		(['i32', 'u8'] as const).map((indexed) => [dtype, indexed] as const),
	),
)('%s updates are added at %s indices as by the interpreter', (dtype, indexed) => {
	fc.assert(
		fc.property(scatterings(dtype, indexed), ({ extents, updates, indices }) => {
			const { batch, before, length, picks, after } = extents;
			const expected = scatterAdd(
				tensor(updates, { shape: [batch, before, picks, after] }),
				tensor(indices, { shape: [batch, picks] }),
				{ size: length, axis: 2, batch: 1 },
			);
			const size = batch * before * length * after;
			const output = newBuffer(dtype, size);
			const kernel: Scatter = {
				kind: 'scatterAdd',
				updates: newBuffer(dtype, updates.length),
				indices: newBuffer(indexed, indices.length),
				sums: dtype === 'f32' ? newBuffer('f64', size) : output,
				output,
				...extents,
			};
			const inputs = new Map([
				[kernel.updates, updates],
				[kernel.indices, indices],
			]);
			const results = run(inputs, [kernel.sums, output], (code, addressOf) =>
				inParts(code, scatterItems(kernel), (begin, end) =>
					emitScatter(code, kernel, addressOf, begin, end),
				),
			);
			expectSame(results(output), expected.data());
		}),
	);
});
