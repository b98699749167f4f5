import { arrays, type Data, type DType } from '../src/graph/dtype.ts';
import { sizeOf } from '../src/graph/shape.ts';
import { type Engine, type Node, type Program, tensor } from '../src/index.ts';
import type { Affine, Buffer, Expression, Reduction } from '../src/lowering/ir/expression.ts';
import {
	type Check,
	type Convolution,
	type Kernel,
	type Pack,
	type PanelLayout,
	type Product,
	packedSize,
	type RowKernel,
	type Scan,
	type Scatter,
	type Sort,
	type Stage,
} from '../src/lowering/ir/kernel.ts';
import type { Plan } from '../src/lowering/ir/plan.ts';
import { lower } from '../src/lowering/lower.ts';
import type { Target } from '../src/lowering/target.ts';
import { validatePlan } from '../src/lowering/validation/validatePlan.ts';
import * as elementwise from '../src/reference/elementwise.ts';
import { interpreter } from '../src/reference/interpreter.ts';
import type { Kernel as ElementKernel } from '../src/reference/kernel.ts';
import { threefry } from '../src/reference/random.ts';

/**
 * What plans mean: each kernel as plain loops over typed arrays, one element after another, with nothing that a machine
 * would need. The specification of the representation: any program that an engine makes of a plan gives the same, but for
 * the order of sums and the last digits of functions. What the representation leaves open is chosen at random: the order
 * of the kernels of a phase and of the rows of a kernel; memory that has not been written is NaN.
 */
export function planEngine(target: Target, seed: number): Engine {
	return {
		name: 'plans',
		compile(graph): Program {
			const plan = lower(graph, target);
			validatePlan(plan);
			const random = randomBelow(seed);
			return {
				run(inputs) {
					const memory = new PlanMemory(plan, inputs);
					for (const phase of plan.phases) {
						let inRange = true;
						for (const kernel of shuffled(phase, random))
							inRange = run(kernel, memory, random) && inRange;
						// The words of the error are the interpreter's; no Variable has changed.
						if (!inRange) {
							interpreter.compile(graph).run(inputs);
							throw new Error('a check that the interpreter does not know');
						}
					}
					const results = plan.outputs.map((buffer) => memory.of(buffer).slice());
					for (const cell of plan.updates) {
						const place = plan.cells.find((each) => each.cell === cell);
						if (place === undefined) throw new Error('an update of no cell');
						cell.write(memory.of(place.buffer).slice());
					}
					return results;
				},
				free() {},
			};
		},
	};
}

/** Whole numbers from 0 below a bound, by a linear congruential generator (Knuth, Numerical Recipes' constants). */
function randomBelow(seed: number): (bound: number) => number {
	let state = seed >>> 0;
	return (bound) => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return Math.floor((state / 2 ** 32) * bound);
	};
}

function shuffled<Item>(items: Iterable<Item>, random: (bound: number) => number): Item[] {
	const order = [...items];
	for (let i = order.length - 1; i > 0; i--) {
		const j = random(i + 1);
		[order[i], order[j]] = [order[j] as Item, order[i] as Item]; // in range
	}
	return order;
}

/** The elements of all buffers: temporary ones where the plan has them in one memory, every other in its own. */
class PlanMemory {
	readonly #temporaries: ArrayBuffer;
	readonly #offsets: ReadonlyMap<Buffer, number>;
	readonly #known = new Map<Buffer, Data>();

	constructor({ inputs, constants, cells, offsets, size }: Plan, given: readonly Data[]) {
		this.#temporaries = new ArrayBuffer(size);
		// Of every floating dtype NaN; of others a number that nothing expects.
		new Uint8Array(this.#temporaries).fill(255);
		this.#offsets = offsets;
		for (const { index, buffer } of inputs) this.#known.set(buffer, (given[index] as Data).slice()); // one for each
		for (const { data, buffer } of constants) this.#known.set(buffer, data);
		for (const { cell, buffer } of cells) this.#known.set(buffer, cell.read().slice());
	}

	of(buffer: Buffer): Data {
		const known = this.#known.get(buffer);
		if (known !== undefined) return known;
		const offset = this.#offsets.get(buffer);
		if (offset === undefined) throw new Error(`buffer ${buffer.id} has no place`);
		const data = new arrays[buffer.dtype](this.#temporaries, offset, buffer.size);
		this.#known.set(buffer, data);
		return data;
	}

	load(buffer: Buffer, position: number): number {
		const element = this.of(buffer)[position];
		if (element === undefined) throw new Error(`${position} is beyond buffer ${buffer.id}`);
		return element;
	}

	store(buffer: Buffer, position: number, element: number): void {
		const data = this.of(buffer);
		if (!(position >= 0 && position < data.length))
			throw new Error(`${position} is beyond buffer ${buffer.id}`);
		data[position] = element;
	}
}

/** Runs a kernel; whether all that it checks is in range. */
function run(kernel: Kernel, memory: PlanMemory, random: (bound: number) => number): boolean {
	switch (kernel.kind) {
		case 'rows':
			for (const row of shuffled(indices(kernel.rows), random)) runRow(kernel, row, memory);
			return true;
		case 'pack':
			runPack(kernel, memory);
			return true;
		case 'convolution':
			runConvolution(kernel, [], memory);
			return true;
		case 'check':
			return isInRange(kernel, memory);
		case 'sort':
		case 'argsort':
			runSort(kernel, memory);
			return true;
		case 'cumsum':
			runScan(kernel, memory);
			return true;
		case 'scatterAdd':
			runScatter(kernel, memory);
			return true;
	}
}

/** All indices of a shape, in row-major order. */
function* indices(shape: readonly number[]): Generator<readonly number[]> {
	const size = sizeOf(shape);
	for (let at = 0; at < size; at++) {
		const index: number[] = [];
		let rest = at;
		for (const length of shape.toReversed()) {
			index.unshift(rest % length);
			rest = Math.floor(rest / length);
		}
		yield index;
	}
}

function positionOf({ offset, strides }: Affine, index: readonly number[]): number {
	return index.reduce((at, step, axis) => at + step * (strides[axis] ?? 0), offset);
}

function runRow({ rows, segments }: RowKernel, row: readonly number[], memory: PlanMemory): void {
	const found = new Map<Reduction, number>();
	for (const segment of segments)
		if (segment.kind === 'product') runProduct(segment, rows, row, memory);
		else if (segment.kind === 'convolution') runConvolution(segment, row, memory);
		else for (const stage of segment.stages) runStage(stage, row, found, memory);
}

function runStage(
	{ inner, reductions, stores, expressions }: Stage,
	row: readonly number[],
	found: Map<Reduction, number>,
	memory: PlanMemory,
): void {
	const isEmpty = sizeOf(inner) === 0;
	const folds = new Map(reductions.map((each) => [each, new Fold(each, isEmpty)]));
	for (const within of indices(inner)) {
		const index = [...row, ...within];
		const values = new Map<Expression, number>();
		for (const each of expressions) values.set(each, elementOf(each, index, values, found, memory));
		for (const [{ input }, fold] of folds) fold.take(values.get(input) as number); // computed above
		for (const { buffer, at, value } of stores)
			memory.store(buffer, positionOf(at, index), values.get(value) as number); // computed above
	}
	for (const [reduction, fold] of folds) found.set(reduction, fold.result());
}

const kernelOf = new Map<string, ElementKernel<never>>(Object.entries(elementwise));

function elementOf(
	expression: Expression,
	index: readonly number[],
	values: ReadonlyMap<Expression, number>,
	found: ReadonlyMap<Reduction, number>,
	memory: PlanMemory,
): number {
	const { dtype } = expression;
	switch (expression.kind) {
		case 'number':
			return rounded(dtype, expression.value);
		case 'position':
			return positionOf(expression.at, index);
		case 'reduced':
			return found.get(expression.reduction) as number; // by an earlier stage
		case 'load': {
			const { pick, at, buffer } = expression;
			const moved = pick === null ? 0 : pick.stride * (values.get(pick.index) as number); // computed before
			return memory.load(buffer, positionOf(at, index) + moved);
		}
		case 'apply': {
			const { operation, inputs, words } = expression;
			const operands = inputs.map((each) => arrays[each.dtype].of(values.get(each) as number)); // computed before
			const [x = 0, y = 0, z = 0] = operands.map(([each]) => each);
			if (operation === 'sub') return rounded(dtype, x - y);
			if (operation === 'cast') return converted(dtype, x);
			if (operation === 'threefry') {
				const counter = Int32Array.of(z >> 1, words?.stream ?? 0);
				threefry(counter, x, y);
				const word = counter[z % 2] as number; // of two
				return words?.bits === 32 ? word : word >>> (32 - (words?.bits ?? 32));
			}
			const kernel = kernelOf.get(operation);
			if (kernel === undefined) throw new Error(`${operation} means nothing`);
			// What kernels of elements look at of a Node.
			const node = {
				dtype,
				shape: [],
				inputs: inputs.map((each) => ({ dtype: each.dtype, shape: [] })),
			};
			return kernel(operands, node as unknown as Node, null as never)[0] as number; // of one element
		}
	}
}

/** A number as an element of a dtype: floating ones rounded, whole ones wrapped. */
function rounded(dtype: DType, x: number): number {
	return arrays[dtype].of(x)[0] as number; // of one element
}

/** What is not finite, or too large, is refused by a check before or after, and may be anything here. */
function converted(dtype: DType, x: number): number {
	return dtype === 'bool' ? Number(x !== 0) : rounded(dtype, x);
}

/** What a reduction has found so far. */
class Fold {
	readonly #reduction: Reduction;
	#total: number;
	#best: number | null = null;
	#bestAt = 0;
	#count = 0;

	constructor(reduction: Reduction, isEmpty: boolean) {
		const { operation, accumulator } = reduction;
		this.#reduction = reduction;
		const isFloating = accumulator === 'f32' || accumulator === 'f64';
		this.#total = operation === 'prod' ? 1 : isFloating && !isEmpty ? -0 : 0;
	}

	take(x: number): void {
		const { operation, accumulator } = this.#reduction;
		if (operation === 'sum') this.#total = rounded(accumulator, this.#total + x);
		else if (operation === 'prod')
			this.#total =
				accumulator === 'i32' || accumulator === 'u8'
					? Math.imul(this.#total, x)
					: rounded(accumulator, this.#total * x);
		else if (this.#best === null || this.#wins(x, this.#best)) {
			this.#best = x;
			this.#bestAt = this.#count;
		}
		this.#count++;
	}

	#wins(x: number, best: number): boolean {
		const { operation } = this.#reduction;
		if (Number.isNaN(best)) return false;
		if (Number.isNaN(x)) return true;
		const isLargest = operation === 'max' || operation === 'argmax';
		if (x !== best) return isLargest ? x > best : x < best;
		// Of positions the first of equals; of values 0 is larger than -0.
		if (operation === 'argmax' || operation === 'argmin' || Object.is(x, best)) return false;
		return isLargest === Object.is(x, 0);
	}

	result(): number {
		const { operation, dtype, input } = this.#reduction;
		if (operation === 'sum' || operation === 'prod') return rounded(dtype, this.#total);
		if (operation === 'argmax' || operation === 'argmin') return this.#bestAt;
		if (this.#best !== null) return this.#best;
		const least = { f32: -Infinity, f64: -Infinity, i32: -(2 ** 31), u8: 0, bool: 0 }[input.dtype];
		const most = { f32: Infinity, f64: Infinity, i32: 2 ** 31 - 1, u8: 255, bool: 1 }[input.dtype];
		return operation === 'max' ? least : most;
	}
}

/** One row of a product: the row in a matrix is the last of the row's index, those before it choose the matrix. */
function runProduct(
	{ left, right, output, inner, columns, accumulator }: Product,
	rows: readonly number[],
	row: readonly number[],
	memory: PlanMemory,
): void {
	const matrices = rows.slice(0, -1);
	const [count = 1, at = 0] = [rows.at(-1), row.at(-1)];
	const matrix = row
		.slice(0, -1)
		.reduce((all, step, axis) => all * (matrices[axis] ?? 1) + step, 0);
	const element = (operand: Product['left'], k: number, across: number, length: number): number => {
		if (operand.kind === 'strided')
			return memory.load(operand.buffer, positionOf(operand.at, row) + k * operand.innerStride);
		const { buffer, layout, shared } = operand;
		const start = shared ? 0 : matrix * packedSize(layout, inner, length);
		return memory.load(buffer, start + packedPosition(layout, inner, length, k, across));
	};
	const totals = new arrays[accumulator](columns);
	for (let n = 0; n < columns; n++)
		for (let k = 0; k < inner; k++) {
			const x = element(left, k, at, count);
			const y =
				right.kind === 'strided'
					? memory.load(right.buffer, positionOf(right.at, row) + k * right.innerStride + n)
					: element(right, k, n, columns);
			const isWhole = accumulator === 'i32' || accumulator === 'u8';
			const product = isWhole ? Math.imul(x, y) : rounded(accumulator, x * y);
			totals[n] = (totals[n] as number) + product; // in range
		}
	for (let n = 0; n < columns; n++)
		memory.store(output, (matrix * count + at) * columns + n, totals[n] as number); // in range
}

/** Where the column of a place of the inner axis lies in a packed matrix. */
function packedPosition(
	{ panel, tail, fill, vector }: PanelLayout,
	inner: number,
	columns: number,
	k: number,
	n: number,
): number {
	const rest = columns % panel;
	const whole = columns - rest;
	if (n < whole) return (n - (n % panel)) * inner + k * panel + (n % panel);
	const start = whole * inner;
	if (tail === 'across') return start + k * Math.ceil(rest / fill) * fill + n - whole;
	return start + ((k - (k % vector)) * rest + (n - whole) * vector + (k % vector));
}

function runPack(
	{ layout, source, at, batch, inner, columns, output }: Pack,
	memory: PlanMemory,
): void {
	let matrix = 0;
	for (const index of indices(batch)) {
		const start = matrix++ * packedSize(layout, inner, columns);
		for (let k = 0; k < inner; k++)
			for (let n = 0; n < columns; n++)
				memory.store(
					output,
					start + packedPosition(layout, inner, columns, k, n),
					memory.load(source, positionOf(at, [...index, k, n])),
				);
	}
}

/** Every element of the output by itself, of all matrices or those of one row; scratch memory may hold anything afterwards. */
function runConvolution(
	{ batch, rows, inner, columns, left, right, output, accumulator, scratch }: Convolution,
	ofRow: readonly number[],
	memory: PlanMemory,
): void {
	memory.of(scratch).fill(Number.NaN);
	const before = ofRow.reduce((all, step, axis) => all * (batch[axis] ?? 1) + step, 0);
	const others = batch.slice(ofRow.length);
	let at = before * sizeOf(others) * rows * sizeOf(columns);
	for (const b of [...indices(others)].map((each) => [...ofRow, ...each]))
		for (let row = 0; row < rows; row++)
			for (const p of indices(columns)) {
				let total = 0;
				for (const k of indices(inner)) {
					const x = memory.load(left.buffer, positionOf(left.at, [...b, row, ...k]));
					const y = memory.load(right.buffer, positionOf(right.at, [...b, ...k, ...p]));
					total = rounded(accumulator, total + rounded(accumulator, x * y));
				}
				memory.store(output, at++, total);
			}
}

function isInRange({ elements, low, high, nonzero }: Check, memory: PlanMemory): boolean {
	return memory
		.of(elements)
		.every((x) => Math.trunc(x) >= low && Math.trunc(x) <= high && !(nonzero && x === 0));
}

function runSort({ kind, input, output, rows, length }: Sort, memory: PlanMemory): void {
	const x = tensor(memory.of(input).slice(), { shape: [rows, length], dtype: input.dtype });
	memory.of(output).set((kind === 'sort' ? x.sort(-1) : x.argsort(-1)).data());
}

function runScan({ input, output, rows, length }: Scan, memory: PlanMemory): void {
	const x = tensor(memory.of(input).slice(), { shape: [rows, length], dtype: input.dtype });
	memory.of(output).set(x.cumsum(-1).data());
}

function runScatter(
	{ updates, indices: picks, sums, output, batch, before, length, picks: count, after }: Scatter,
	memory: PlanMemory,
): void {
	memory.of(sums).fill(0);
	for (const [b, m, p, a] of indices([batch, before, count, after])) {
		const [i, j, k, l] = [b ?? 0, m ?? 0, p ?? 0, a ?? 0];
		const given = memory.load(picks, i * count + k);
		// Checks may come after: what is out of range changes nothing that is kept.
		const at = Math.min(Math.max(given < 0 ? given + length : given, 0), length - 1);
		const place = ((i * before + j) * length + at) * after + l;
		const update = memory.load(updates, ((i * before + j) * count + k) * after + l);
		memory.store(sums, place, memory.load(sums, place) + update);
	}
	if (sums !== output) memory.of(output).set(memory.of(sums));
}
