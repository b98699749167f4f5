import fc from 'fast-check';
import { arrays } from '../src/graph/dtype.ts';
import {
	compiler,
	type Data,
	type DType,
	type Engine,
	type Graph,
	interpreter,
	matmul,
	type Node,
	type Program,
	type Shape,
	tensor,
	where,
} from '../src/index.ts';
import { filledEngine } from './filledMemory.ts';

/**
 * The WebAssembly engine, which must be there: on another, its tests would prove nothing. What it reads before it is written,
 * or after it is given back, is NaN.
 */
export function newWasmEngine(threads = 1): Engine {
	return filledEngine({ threads });
}

/** One whose threads have started, as they do when there is much work, and wait for more. */
export async function newAwakeEngine(threads: number): Promise<Engine> {
	const engine = newWasmEngine(threads);
	const x = filled([320, 320], 'f32', 1);
	compiler(engine)((x: Node) => matmul(x, x))(x);
	// No run waits for a thread that has not started yet.
	await new Promise((started) => setTimeout(started, 150));
	return engine;
}

/** An engine that counts the programs it makes and their runs. */
export class Counted implements Engine {
	readonly name: string;
	programs = 0;
	runs = 0;
	readonly #engine: Engine;

	constructor(engine: Engine) {
		this.name = engine.name;
		this.#engine = engine;
	}

	compile(graph: Graph): Program {
		const program = this.#engine.compile(graph);
		this.programs++;
		return {
			run: (inputs) => {
				const outputs = program.run(inputs);
				this.runs++;
				return outputs;
			},
			free: () => program.free(),
		};
	}
}

/** How far two values may lie apart. */
export interface Agreement {
	/** The most terms that an element is a sum of: errors grow with the square root. */
	readonly terms?: number;
	/** The size of what elements are computed from, if it is more than their own. */
	readonly size?: number;
	/** Not a bit, zeros with their sign. */
	readonly exact?: boolean;
	/** Each element by its own size, not by the largest. */
	readonly relative?: boolean;
}

const unitOf: Readonly<Record<DType, number>> = { f32: 1e-5, f64: 1e-12, i32: 0, u8: 0, bool: 0 };

/** The same shape and dtype, NaN and infinities in the same places, elements within the allowance. */
export function expectAgreement(actual: Node, expected: Node, agreement: Agreement = {}): void {
	const { terms = 1, size = 1, exact = false, relative = false } = agreement;
	const described = (node: Node): string => `${node.dtype}[${node.shape}]`;
	if (described(actual) !== described(expected))
		throw new Error(`got ${described(actual)}, the interpreter has ${described(expected)}`);
	const [a, b] = [actual.view(), expected.view()];
	if (a.length !== b.length) throw new Error(`${a.length} elements, not ${b.length}`);
	const allowed = unitOf[expected.dtype] * Math.sqrt(Math.max(terms, 1));
	let largest = Math.max(1, size);
	for (const y of b) if (Number.isFinite(y)) largest = Math.max(largest, Math.abs(y));
	for (const [i, x] of a.entries()) {
		const y = b[i] ?? Number.NaN;
		if (Object.is(x, y) || (!exact && x === y)) continue;
		const distance = exact ? Number.NaN : Math.abs(x - y);
		const scale = relative ? Math.max(Math.abs(y), 2 ** -126) : largest;
		if (!(distance <= allowed * scale))
			throw new Error(
				`element ${i} of ${described(expected)} is ${x}, the interpreter has ${y}, allowed are ${allowed * scale}`,
			);
	}
}

/** The interpreter by another name, so that a test can tell whether an engine makes use of it. */
const reference: Engine = { name: 'reference', compile: interpreter.compile };

/** Runs a function compiled for the engine and for the interpreter: both have the same results, and refuse nothing. */
export function expectSame(
	engine: Engine,
	f: (...inputs: Node[]) => Node | readonly Node[],
	inputs: readonly Node[],
	agreement: Agreement = {},
): void {
	const results = (on: Engine): readonly Node[] => {
		const programs: Program[] = [];
		const compile = (graph: Graph): Program => {
			const program = on.compile(graph);
			programs.push(program);
			return program;
		};
		try {
			const compiled = compiler({ name: on.name, compile });
			return [compiled((...nodes: Node[]) => f(...nodes))(...inputs)].flat();
		} finally {
			// Nothing is collected before a property has seen all of its cases, as many as FC_RUNS asks for.
			for (const program of programs) program.free();
		}
	};
	const [expected, actual] = [results(reference), results(engine)];
	if (actual.length !== expected.length) throw new Error('not as many results');
	for (const [i, each] of actual.entries()) {
		const other = expected[i];
		if (other !== undefined) expectAgreement(each, other, agreement);
	}
}

/** Lengths about the width of vectors, and those that have no whole one. */
export const lengths: fc.Arbitrary<number> = fc.constantFrom(1, 2, 3, 4, 5, 7, 9, 17, 0);

/** Shapes of rank up to 4 whose lengths are seldom whole vectors. */
export function awkwardShapes(minRank = 0, maxRank = 4, most = 4000): fc.Arbitrary<number[]> {
	return fc
		.array(lengths, { minLength: minRank, maxLength: maxRank })
		.filter((shape) => sizeOf(shape) <= most);
}

export function sizeOf(shape: Shape): number {
	return shape.reduce((size, length) => size * length, 1);
}

/** Which numbers a tensor is filled with. */
export type Filling = 'ordinary' | 'special' | 'positive' | 'ties';

const specials = [
	Number.NaN,
	Infinity,
	-Infinity,
	-0,
	0,
	1e-40,
	-1e-40,
	5e-324,
	2 ** -149,
	2 ** -126,
	1,
	-1,
	3.4e38,
	0.5,
	-2.5,
	1e300,
];
const wholeSpecials = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 255, 256, 7];

/** A tensor of pseudo-random elements, the same for the same seed. */
export function filled(
	shape: Shape,
	dtype: DType,
	seed: number,
	filling: Filling = 'ordinary',
): Node {
	const size = sizeOf(shape);
	const draw = generator(seed);
	const element = (): number => {
		const [x, choice] = [draw(), draw()];
		switch (dtype) {
			case 'bool':
				return x < 0.5 ? 0 : 1;
			case 'u8':
				return Math.floor(x * (filling === 'ties' ? 3 : 256));
			case 'i32':
				if (filling === 'special' && choice < 0.5)
					return wholeSpecials[Math.floor(x * wholeSpecials.length)] ?? 0;
				return Math.floor(x * 7) - (filling === 'positive' ? 0 : 3);
			default:
				if (filling === 'special' && choice < 0.6)
					return specials[Math.floor(x * specials.length)] ?? 0;
				if (filling === 'ties') return Math.floor(x * 4) / 2 - 1;
				return filling === 'positive' ? 0.25 + 3 * x : 6 * x - 3;
		}
	};
	const data: Data = new arrays[dtype](size);
	for (let i = 0; i < size; i++) data[i] = element();
	const node = tensor(data, { shape });
	return dtype === 'bool' ? node.cast('bool') : node;
}

/** x in another dtype, with 1 for every number that no dtype of whole numbers holds. */
export function castWithin(x: Node, dtype: DType): Node {
	if (x.dtype !== 'f32' && x.dtype !== 'f64') return x.cast(dtype);
	return where(x.greater(-1).logicalAnd(x.less(256)), x, 1).cast(dtype);
}

/** Numbers from 0 to 1 (Mulberry32). */
export function generator(seed: number): () => number {
	let state = seed | 0;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let bits = Math.imul(state ^ (state >>> 15), state | 1);
		bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
		return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
	};
}

export const seeds: fc.Arbitrary<number> = fc.nat(2 ** 31 - 1);
