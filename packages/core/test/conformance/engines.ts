import { bitDifference, difference, outcomeOf, type Result, type Runnable } from '@pullback/verify';
import { describe } from 'vitest';
import {
	type Compile,
	compiler,
	type Data,
	type Engine,
	type Graph,
	interpreter,
	type Late,
	type Node,
	type Program,
	ready,
} from '../../src/index.ts';
import type { Target } from '../../src/lowering/target.ts';
import { hasFusedMultiplyAdd } from '../../src/wasm/features.ts';
import { tallTarget, wasmTarget } from '../../src/wasm/target.ts';
import { newAwakeEngine, newWasmEngine } from '../compiled.ts';
import { filledEngine } from '../filledMemory.ts';
import { guarded } from '../guarded.ts';
import { LateEngine } from '../lateEngine.ts';
import { planEngine } from '../planInterpreter.ts';
import { runs } from '../runs.ts';

/** An engine that keeps the laws of this folder. */
export interface EngineUnderTest {
	readonly name: string;
	readonly engine: Engine<Data | Late>;
	/** Whether it multiplies and adds with one rounding. */
	readonly fused?: boolean;
	/** Whether its values, and its errors, come after `run`. */
	readonly late?: boolean;
	/** Whether it computes one element after another, which takes long of many. */
	readonly slow?: boolean;
	/** The share of the runs of each law that it gets, where it has most of its program in common with one that gets all. */
	readonly share: number;
}

const share = 1 / 16;

/** Computes few images as other engines compute many: row by row, with all that can be done with each. */
const imageTarget: Target = { ...wasmTarget, sharing: { ...wasmTarget.sharing, images: 1 } };

/** The first gets all of the runs: in its memory it is seen what a program reads and writes that it should not. */
const engines: readonly EngineUnderTest[] = [
	{ name: 'WebAssembly on one thread', engine: guarded(newWasmEngine()), share: 1 },
	{ name: 'WebAssembly on two threads', engine: await newAwakeEngine(2), share },
	{
		name: 'WebAssembly, relaxed',
		engine: filledEngine({ threads: 1, relaxed: true }),
		fused: hasFusedMultiplyAdd(),
		share,
	},
	{
		// With two roundings, so that everywhere the same bits tell whether the sums are right.
		name: 'WebAssembly, tiles of fused products',
		engine: guarded(filledEngine({ target: tallTarget }), tallTarget),
		share,
	},
	{
		name: 'WebAssembly, where one image is enough for a row',
		engine: guarded(filledEngine({ target: imageTarget }), imageTarget),
		share,
	},
	{ name: 'the interpreter', engine: interpreter, share },
	{ name: 'an engine whose values come later', engine: new LateEngine(), late: true, share },
	{
		name: 'the interpreter of plans',
		engine: planEngine(wasmTarget, 1),
		slow: true,
		share: share / 2,
	},
];

/** What is drawn for a law, as fast-check takes it. */
interface Runs {
	readonly numRuns: number;
}

/** What a law asks of the engine under test. */
export interface Tested extends EngineUnderTest {
	/** The number of runs of a property, or its share of them. */
	times(few: number): Runs;
	readonly compile: Compile;
	/** Asserts that a compiled function gives what the interpreter gives, or refuses in its words where it may. */
	computes(
		f: (...inputs: Node[]) => Node | readonly Node[],
		inputs: readonly Node[],
		options?: Agreement,
	): Promise<void>;
	/** The same of what is left after several runs. */
	leaves(use: (compile: Compile) => readonly Node[], options?: Agreement): Promise<void>;
}

export interface Agreement {
	/** Whether the bits are the interpreter's, as where nothing rounds, or everything does to the nearest number. */
	readonly exact?: boolean;
	/** Whether what is drawn may be refused, by both in the same words: by default, a law that computes nothing fails. */
	readonly refusals?: boolean;
}

/** Defines laws for each of the engines; those of `large` values not for slow ones. */
export function forEveryEngine(
	define: (tested: Tested) => void,
	{ large = false }: { readonly large?: boolean } = {},
): void {
	const able = engines.filter(({ slow = false }) => !(large && slow));
	describe.each(able)('$name', (each) => {
		const leaves: Tested['leaves'] = (use, options) => expectSame(each, use, options);
		define({
			...each,
			times: (few) => runs(Math.ceil(few * each.share)),
			compile: compiler(each.engine),
			computes: (f, inputs, options) =>
				leaves(
					(compile) => [compile((...nodes: Node[]) => f(...nodes))(...inputs)].flat(),
					options,
				),
			leaves,
		});
	});
}

/** The interpreter by another name, so that an engine's use of it can be told from that of a test. */
const reference: Engine = { name: 'reference', compile: interpreter.compile };

async function expectSame(
	{ engine, fused = false }: EngineUnderTest,
	use: (compile: Compile) => readonly Node[],
	{ exact = false, refusals = false }: Agreement = {},
): Promise<void> {
	const program: Runnable = {
		outcome: (...[compile]) => resultsOf(use(compile as Compile)), // one engine each
	};
	const actual = await awaited(engine, use);
	if (actual instanceof Error) {
		if (!refusals) throw actual;
		expectRefusal(() => outcomeOf(program, reference), actual);
		return;
	}
	const found = exact
		? exactDifference(actual, outcomeOf(program, reference))
		: difference(program, actual, { fused });
	if (found !== null) throw new Error(found);
}

function exactDifference(actual: readonly Result[], expected: readonly Result[]): string | null {
	const form = (results: readonly Result[]): string =>
		results.map(({ dtype, shape }) => `${dtype}[${shape}]`).join(', ');
	const [own, other] = [form(actual), form(expected)];
	return own === other
		? bitDifference(actual, expected)
		: `it gives ${own}, the interpreter ${other}`;
}

function expectRefusal(refused: () => unknown, actual: Error): void {
	try {
		refused();
	} catch (error) {
		if (String(actual) !== String(error)) throw new Error(`got ${actual}, not ${error}`);
		return;
	}
	throw actual;
}

/** What an engine makes of a use of it, once that is there, or the error that it refuses with. */
async function awaited(
	engine: Engine<Data | Late>,
	use: (compile: Compile) => readonly Node[],
): Promise<readonly Result[] | Error> {
	const programs: Program<Data | Late>[] = [];
	const compile = (graph: Graph): Program<Data | Late> => {
		const program = engine.compile(graph);
		programs.push(program);
		return program;
	};
	try {
		const nodes = use(compiler({ ...engineWith(engine), compile }));
		await ready(...nodes);
		return resultsOf(nodes);
	} catch (error) {
		if (error instanceof Error && !error.message.startsWith('internal')) return error;
		throw error;
	} finally {
		// Nothing is collected before a property has seen all of its cases, as many as FC_RUNS asks for.
		for (const program of programs) program.free();
	}
}

function engineWith(engine: Engine<Data | Late>): Pick<Engine, 'name' | 'takes'> {
	return { name: engine.name, takes: (value) => engine.takes?.(value) ?? false };
}

function resultsOf(nodes: readonly Node[]): Result[] {
	return nodes.map((node, i) => ({
		name: `result ${i}`,
		dtype: node.dtype,
		shape: node.shape,
		data: node.data(),
	}));
}
