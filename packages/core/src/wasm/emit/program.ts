import type { Kernel, RowKernel } from '../../lowering/kernel.ts';
import type { Plan } from '../../lowering/plan.ts';
import type { Code, Local } from '../assembler/code.ts';
import { type MemoryImport, ModuleBuilder } from '../assembler/module.ts';
import { closed, control } from '../control.ts';
import { mathFunctions } from '../math/table.ts';
import { emitCheck } from './check.ts';
import { type Chunks, chunksOf } from './chunks.ts';
import type { Functions } from './elements.ts';
import { type AddressOf, RowEmitter } from './loops.ts';
import { emitPack } from './pack.ts';
import { emitProduct, Tiles } from './product.ts';
import { emitScan } from './scan.ts';
import { emitScatter } from './scatter.ts';
import { emitSort } from './sort.ts';
import { width } from './value.ts';
import { emitWholePower } from './wholePower.ts';

/** A module that runs a plan: `alone()` on one thread, `together(run)` on each of several. */
export interface ProgramModule {
	readonly bytes: Uint8Array<ArrayBuffer>;
	/** Rough work of a run, in vector instructions. */
	readonly cost: number;
}

/** Names of a program module's exports and imports, on which the engine and its workers agree. */
export const programNames = {
	imports: 'engine',
	memory: 'memory',
	/** (chunks done): called now and then by a thread that waits for others. */
	park: 'park',
	alone: 'alone',
	together: 'together',
} as const;

/** Waiting threads look so often before they rest. */
const spins = 4000;

/** Writes the module of a plan whose buffers lie at the given addresses. */
export function emitProgram(
	{ phases }: Plan,
	addressOf: AddressOf,
	{ shared, fused }: { readonly shared: boolean; readonly fused: boolean },
): ProgramModule {
	const memory: MemoryImport = {
		module: programNames.imports,
		name: programNames.memory,
		initial: 1,
		maximum: 65_536,
		shared,
	};
	const module = new ModuleBuilder(memory);
	const park = shared
		? module.importFunction(programNames.imports, programNames.park, ['i32'], [])
		: -1;
	const functions = new ModuleFunctions(module);
	const tiles = new Tiles(module, fused);
	const pieces = phases.map((kernels) =>
		kernels.map((kernel): Piece => {
			const chunks = chunksOf(kernel);
			const index = module.function(['i32'], [], (code) =>
				emitKernel(code, { functions, tiles, addressOf }, kernel, chunks),
			);
			return { index, count: chunks.count, cost: chunks.cost, checks: kernel.kind === 'check' };
		}),
	);
	module.export(
		programNames.alone,
		module.function([], [], (code) => emitAlone(code, pieces)),
	);
	if (shared)
		module.export(
			programNames.together,
			module.function(['i32'], [], (code) => emitTogether(code, pieces, park)),
		);
	let cost = 0;
	for (const piece of pieces.flat()) cost += piece.cost;
	return { bytes: module.encode(), cost };
}

/** A kernel as a function of the module that does the chunk it is given. */
interface Piece {
	readonly index: number;
	/** Its chunks. */
	readonly count: number;
	readonly cost: number;
	readonly checks: boolean;
}

function emitAlone(code: Code, phases: readonly (readonly Piece[])[]): void {
	const chunk = code.local('i32');
	for (const pieces of phases) {
		for (const { index, count } of pieces) {
			if (count === 1) code.i32(0).call(index);
			if (count <= 1) continue;
			code.i32(0).set(chunk);
			code.loop((again) => {
				code.get(chunk).call(index);
				code.get(chunk).i32(1).op('i32.add').tee(chunk);
				code.i32(count).op('i32.lt_u').brIf(again);
			});
		}
		leaveIfOutOfRange(code, pieces);
	}
}

function emitTogether(code: Code, phases: readonly (readonly Piece[])[], park: number): void {
	const run = code.parameter(0);
	const old = code.local('i64');
	const [chunk, done, left] = [code.local('i32'), code.local('i32'), code.local('i32')];
	let first = 0;
	for (const pieces of phases) {
		const start = first;
		const count = pieces.reduce((sum, piece) => sum + piece.count, 0);
		const end = start + count;
		first = end;
		if (count === 0) continue;
		code.block((finished) => {
			code.loop((again) => {
				code.i32(control.claim).access('i64.atomic.load').tee(old);
				code
					.i64(32n)
					.op('i64.shr_u')
					.op('i32.wrap_i64')
					.get(run)
					.op('i32.ne')
					.if(() => {
						code.op('return');
					});
				code.get(old).op('i32.wrap_i64').tee(chunk).i32(end).op('i32.ge_u').brIf(finished);
				code.i32(control.claim).get(old).get(old).i64(1n).op('i64.add');
				code.access('i64.atomic.rmw.cmpxchg').get(old).op('i64.ne').brIf(again);
				emitChunk(code, numbered(pieces, start), chunk);
				// Whoever finishes the last chunk wakes those who rest.
				code
					.i32(control.done)
					.i32(1)
					.access('i32.atomic.rmw.add')
					.i32(end - 1)
					.op('i32.eq');
				code.if(() => {
					code.i32(control.done).i32(0x7fff_ffff).access('memory.atomic.notify').op('drop');
				});
				code.br(again);
			});
		});
		code.i32(spins).set(left);
		code.block((finished) => {
			code.loop((again) => {
				code.i32(control.done).access('i32.atomic.load').tee(done);
				code.i32(end).op('i32.ge_u').brIf(finished);
				code.i32(control.claim).access('i64.atomic.load').tee(old);
				code.i64(32n).op('i64.shr_u').op('i32.wrap_i64').get(run).op('i32.ne');
				// A run that was stopped never gets all its chunks done.
				code.get(old).op('i32.wrap_i64').i32(closed).op('i32.eq').op('i32.or');
				code.if(() => {
					code.op('return');
				});
				code.get(left).i32(1).op('i32.sub').tee(left).brIf(again);
				code.get(done).call(park).i32(spins).set(left).br(again);
			});
		});
		leaveIfOutOfRange(code, pieces);
	}
}

/** A piece, and the number of its first chunk among all of the run. */
type NumberedPiece = Piece & { readonly first: number };

function numbered(pieces: readonly Piece[], start: number): NumberedPiece[] {
	let first = start;
	return pieces
		.filter(({ count }) => count > 0)
		.map((piece) => {
			const own = { ...piece, first };
			first += piece.count;
			return own;
		});
}

/** Runs the chunk of a phase that `chunk` counts, whose piece is found by halves. */
function emitChunk(code: Code, pieces: readonly NumberedPiece[], chunk: Local): void {
	const [piece] = pieces;
	if (piece === undefined) return;
	if (pieces.length === 1) {
		code.get(chunk).i32(piece.first).op('i32.sub').call(piece.index);
		return;
	}
	const half = pieces.length >> 1;
	code
		.get(chunk)
		.i32(pieces[half]?.first ?? 0)
		.op('i32.lt_u');
	code.if(
		() => emitChunk(code, pieces.slice(0, half), chunk),
		() => emitChunk(code, pieces.slice(half), chunk),
	);
}

function leaveIfOutOfRange(code: Code, pieces: readonly Piece[]): void {
	if (!pieces.some(({ checks }) => checks)) return;
	code
		.i32(control.outOfRange)
		.access('i32.load')
		.if(() => {
			code.op('return');
		});
}

/** What kernels are written with. */
interface Surroundings {
	readonly functions: Functions;
	readonly tiles: Tiles;
	readonly addressOf: AddressOf;
}

function emitKernel(code: Code, surroundings: Surroundings, kernel: Kernel, chunks: Chunks): void {
	const { addressOf } = surroundings;
	switch (kernel.kind) {
		case 'rows': {
			const [begin, end] = chunks.range(code, code.parameter(0));
			emitRows(code, surroundings, kernel, begin, end);
			break;
		}
		case 'pack': {
			const [begin, end] = chunks.range(code, code.parameter(0));
			emitPack(code, addressOf, kernel, begin, end);
			break;
		}
		case 'check':
			emitCheck(code, addressOf, kernel, control.outOfRange);
			break;
		case 'sort':
		case 'argsort':
			emitSort(code, kernel, addressOf);
			break;
		case 'cumsum':
			emitScan(code, kernel, addressOf);
			break;
		case 'scatterAdd':
			emitScatter(code, kernel, addressOf);
			break;
	}
}

function emitRows(
	code: Code,
	{ functions, tiles, addressOf }: Surroundings,
	kernel: RowKernel,
	begin: Local,
	end: Local,
): void {
	for (const segment of kernel.segments) {
		if (segment.kind === 'product') {
			emitProduct(code, functions, tiles, addressOf, kernel, segment, begin, end);
			continue;
		}
		const row = code.local('i32');
		const oneRow = (lanes: number): void =>
			new RowEmitter(code, functions, addressOf, kernel, row, lanes).emit(segment.stages);
		code.get(begin).set(row);
		code.loop((again) => {
			const last = kernel.rows.at(-1) ?? 1;
			const rest = last % width;
			if (kernel.lanes === 'inner' || rest === 0) oneRow(width);
			else if (last < width) oneRow(rest);
			else {
				const blocks = Math.ceil(last / width);
				code
					.get(row)
					.i32(blocks)
					.op('i32.rem_u')
					.i32(blocks - 1)
					.op('i32.eq')
					.if(
						() => oneRow(rest),
						() => oneRow(width),
					);
			}
			code.get(row).i32(1).op('i32.add').tee(row);
			code.get(end).op('i32.lt_u').brIf(again);
		});
	}
}

/** The functions that kernels call, each made when it is first asked for. */
class ModuleFunctions implements Functions {
	readonly #module: ModuleBuilder;
	readonly #known = new Map<string, number>();

	constructor(module: ModuleBuilder) {
		this.#module = module;
	}

	math(name: keyof typeof mathFunctions, dtype: 'f32' | 'f64'): number {
		return this.#once(`${name} ${dtype}`, name === 'pow' ? 2 : 1, (code, inputs) =>
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
