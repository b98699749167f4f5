import { sizeOf } from '../../graph/shape.ts';
import { countsBlocks, type Partition, partitionOf } from '../../lowering/execution/partition.ts';
import { rowsAtOnce } from '../../lowering/execution/unroll.ts';
import { windowItems } from '../../lowering/execution/windowBlocks.ts';
import type { Kernel, Loops, RowKernel } from '../../lowering/ir/kernel.ts';
import type { Plan } from '../../lowering/ir/plan.ts';
import type { Target } from '../../lowering/target.ts';
import type { Code, Local } from '../assembler/code.ts';
import { ModuleBuilder } from '../assembler/module.ts';
import { control } from '../control.ts';
import { type MathName, mathFunctions } from '../math/table.ts';
import type { AddressOf } from './addresses.ts';
import { emitScan } from './algorithms/scan.ts';
import { emitScatter } from './algorithms/scatter.ts';
import { emitSort } from './algorithms/sort.ts';
import { emitCheck } from './check.ts';
import { emitRange } from './chunkRange.ts';
import { emitSequential } from './driver/sequential.ts';
import type { Task } from './driver/task.ts';
import type { Functions } from './elements.ts';
import { RowEmitter } from './loops.ts';
import { memoryOf, names } from './names.ts';
import { ConvolutionEmitter } from './products/convolution.ts';
import { PackEmitter } from './products/pack.ts';
import { ProductEmitter } from './products/product.ts';
import { Tiles } from './products/tiles.ts';
import { width } from './value.ts';
import { emitWholePower } from './wholePower.ts';

/** A module that runs a plan: `alone()` on one thread, and its kernels for several, if it is worth them. */
export interface ProgramModule {
	readonly bytes: Uint8Array<ArrayBuffer>;
	/** Its kernels, phase by phase. */
	readonly phases: readonly (readonly Task[])[];
	/** Rough work of a run, in vector instructions. */
	readonly cost: number;
	readonly isWorthThreads: boolean;
}

/** The least cost of a run on several threads, in vector instructions: a cheaper one is over before a thread is awake. */
export const minParallelCost = 150_000;

/** How a module is written. */
export interface EmitOptions {
	/** Whether threads share its memory. */
	readonly shared: boolean;
	/** Whether products are added with one rounding. */
	readonly fused: boolean;
	/** Whether each kernel can be called by itself, even if the program is not worth threads. */
	readonly exportsKernels?: boolean;
}

/** Writes the module of a plan whose buffers lie at the given addresses, in memory that threads share or not. */
export function emitProgram(
	{ phases, target }: Plan,
	addressOf: AddressOf,
	{ shared, fused, exportsKernels = false }: EmitOptions,
): ProgramModule {
	const works = phases.map((kernels) =>
		kernels.map((kernel) => ({ kernel, chunks: partitionOf(kernel, target) })),
	);
	const cost = works.flat().reduce((sum, { chunks }) => sum + chunks.cost, 0);
	const isWorthThreads = cost > minParallelCost;
	const module = new ModuleBuilder(memoryOf(shared));
	const functions = new ModuleFunctions(module);
	const tiles = new Tiles(module, fused);
	let kernelCount = 0;
	const tasks = works.map((kernels) =>
		kernels.map(({ kernel, chunks }): Task => {
			const index = module.function(['i32'], [], (code) =>
				emitKernel(code, { functions, tiles, addressOf, target }, kernel, chunks),
			);
			return {
				index,
				name: `kernel${kernelCount++}`,
				count: chunks.count,
				cost: chunks.cost,
				checks: kernel.kind === 'check',
			};
		}),
	);
	module.export(
		names.alone,
		module.function([], [], (code) => emitSequential(code, tasks)),
	);
	if (exportsKernels || (shared && isWorthThreads))
		for (const { name, index } of tasks.flat()) module.export(name, index);
	return { bytes: module.encode(), phases: tasks, cost, isWorthThreads };
}

/** What kernels are written with. */
interface KernelContext {
	readonly functions: Functions;
	readonly tiles: Tiles;
	readonly addressOf: AddressOf;
	readonly target: Target;
}

function emitKernel(code: Code, context: KernelContext, kernel: Kernel, chunks: Partition): void {
	const { addressOf } = context;
	const chunk = code.parameter(0);
	const [begin, end] = emitRange(code, chunks, chunk);
	switch (kernel.kind) {
		case 'rows':
			emitRows(code, context, kernel, begin, end, chunk);
			break;
		case 'pack':
			new PackEmitter(code, addressOf, context.target, kernel).emit(begin, end);
			break;
		case 'convolution':
			new ConvolutionEmitter(code, context.tiles, addressOf, context.target, kernel).emit(
				begin,
				end,
				chunk,
			);
			break;
		case 'check':
			emitCheck(code, addressOf, kernel, control.outOfRange, begin, end);
			break;
		case 'sort':
		case 'argsort':
			emitSort(code, kernel, addressOf, begin, end, chunk);
			break;
		case 'cumsum':
			emitScan(code, kernel, addressOf, begin, end);
			break;
		case 'scatterAdd':
			emitScatter(code, kernel, addressOf, begin, end);
			break;
	}
}

function emitRows(
	code: Code,
	{ functions, tiles, addressOf, target }: KernelContext,
	kernel: RowKernel,
	begin: Local,
	end: Local,
	chunk: Local,
): void {
	for (const segment of kernel.segments) {
		switch (segment.kind) {
			case 'product':
				new ProductEmitter(code, tiles, addressOf, target, kernel, segment, begin, end).emit();
				break;
			case 'convolution': {
				const ofRow = windowItems(segment) / sizeOf(kernel.rows);
				const blocks = (rows: Local): Local => code.get(rows).i32(ofRow).op('i32.mul').keep('i32');
				new ConvolutionEmitter(code, tiles, addressOf, target, segment).emit(
					blocks(begin),
					blocks(end),
					chunk,
				);
				break;
			}
			case 'loops':
				emitLoops(code, { functions, addressOf, target }, kernel, segment, begin, end);
		}
	}
}

function emitLoops(
	code: Code,
	{ functions, addressOf, target }: Omit<KernelContext, 'tiles'>,
	kernel: RowKernel,
	{ lanes, stages }: Loops,
	begin: Local,
	end: Local,
): void {
	const { rows } = kernel;
	const length = rows.at(-1) ?? 1;
	const side = rowsAtOnce(kernel, target);
	const asRows = (items: Local): Local =>
		side === 1 ? items : code.get(items).i32(side).op('i32.mul').keep('i32');
	const [first, last] =
		lanes === 'rows' && !countsBlocks(kernel)
			? blocksOf(code, length, begin, end)
			: [asRows(begin), asRows(end)];
	const row = code.get(first).keep('i32');
	const emit = (count: number): void => {
		const blocks = { lanes, count, rowsAtOnce: side };
		new RowEmitter(code, functions, addressOf, rows, row, blocks).emit(stages);
	};
	code.loop((again) => {
		const rest = length % width;
		if (lanes === 'inner' || rest === 0) emit(width);
		else if (length < width) emit(rest);
		else {
			const blocks = Math.ceil(length / width);
			code
				.get(row)
				.i32(blocks)
				.op('i32.rem_u')
				.i32(blocks - 1)
				.op('i32.eq')
				.if(
					() => emit(rest),
					() => emit(width),
				);
		}
		code.get(row).i32(side).op('i32.add').tee(row);
		code.get(last).op('i32.lt_u').brIf(again);
	});
}

/** The blocks of four that are rows of one matrix of `length` rows, the first at the beginning of a block. */
function blocksOf(code: Code, length: number, begin: Local, end: Local): [Local, Local] {
	const blocks = Math.ceil(length / width);
	code.get(begin).i32(length).op('i32.div_u').i32(blocks).op('i32.mul');
	code.get(begin).i32(length).op('i32.rem_u').i32(width).op('i32.div_u').op('i32.add');
	const first = code.keep('i32');
	code
		.get(end)
		.get(begin)
		.op('i32.sub')
		.i32(width - 1)
		.op('i32.add');
	const last = code.i32(width).op('i32.div_u').get(first).op('i32.add').keep('i32');
	return [first, last];
}

/** The functions that kernels call, each made when it is first asked for. */
class ModuleFunctions implements Functions {
	readonly #module: ModuleBuilder;
	readonly #known = new Map<string, number>();

	constructor(module: ModuleBuilder) {
		this.#module = module;
	}

	math(name: MathName, dtype: 'f32' | 'f64'): number {
		return this.#once(`${name} ${dtype}`, mathFunctions[name].arity, (code, inputs) =>
			mathFunctions[name][dtype](code, ...inputs),
		);
	}

	wholePower(): number {
		return this.#once('wholePower', 2, (code, [base, exponent]) => {
			if (base === undefined || exponent === undefined)
				throw new Error('internal: a power without operands');
			return emitWholePower(code, base, exponent);
		});
	}

	#once(key: string, arity: number, emit: (code: Code, inputs: readonly Local[]) => Local): number {
		const known = this.#known.get(key);
		if (known !== undefined) return known;
		const parameters = Array.from({ length: arity }, () => 'v128' as const);
		const index = this.#module.function(parameters, ['v128'], (code) => {
			code.get(
				emit(
					code,
					parameters.map((_, i) => code.parameter(i)),
				),
			);
		});
		this.#known.set(key, index);
		return index;
	}
}
