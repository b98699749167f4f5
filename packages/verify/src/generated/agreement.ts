import {
	type Compile,
	compiler,
	type Data,
	type Engine,
	interpreter,
	type Late,
} from '@pullback/core';
import { checkedOptions } from '@pullback/core/arguments';
import { perturbing } from './perturbed.ts';
import type { Result } from './program.ts';

/** What can be run by any engine, and leaves something to compare. */
export interface Runnable {
	/** Several functions are compiled in the given ways in turn; one alone in the first. */
	outcome(...compilers: readonly Compile[]): Result[];
}

/** What can be run by an engine whose values come later, too. */
export interface LaterRunnable extends Runnable {
	/** The same as `outcome`, each result being awaited. */
	laterOutcome(...compilers: readonly Compile[]): Promise<Result[]>;
}

export interface AgreementOptions {
	/** Whether the engine multiplies and adds with one rounding. */
	readonly fused?: boolean;
}

/** Runs of the perturbing engine that say how much values may differ: ever more of them before something is called wrong. */
const trials = [1, 2, 8, 32, 64];
/** An engine may err by as much everywhere in one direction, which random errors do not. */
const margin = 8;
const ulps = 4;
const epsilon = { f32: 2 ** -23, f64: 2 ** -52 } as const;

/** Engines whose programs are freed as soon as they have been used, however many one job makes. */
export function freeing<Value>(
	engines: readonly Engine[],
	use: (...compilers: readonly Compile[]) => Value,
): Value {
	const programs: { free(): void }[] = [];
	const compilers = engines.map((engine) => compiler(keeping(engine, programs)));
	try {
		return use(...compilers);
	} finally {
		for (const program of programs) program.free();
	}
}

/** An engine that adds its programs to a list. */
function keeping<Value extends Data | Late>(
	engine: Engine<Value>,
	programs: { free(): void }[],
): Engine<Value> {
	return {
		name: engine.name,
		takes: (value) => engine.takes?.(value) ?? false,
		compile(graph) {
			const program = engine.compile(graph);
			programs.push(program);
			return program;
		},
	};
}

/** What an engine makes of a program, or several, which take turns over its Variables. */
export function outcomeOf(program: Runnable, ...engines: readonly Engine[]): Result[] {
	return freeing(engines, (...compilers) => program.outcome(...compilers));
}

/** The same of engines whose values may come later. */
export async function laterOutcomeOf(
	program: LaterRunnable,
	...engines: readonly Engine<Data | Late>[]
): Promise<Result[]> {
	const programs: { free(): void }[] = [];
	const compilers = engines.map((engine) => compiler(keeping(engine, programs)));
	try {
		return await program.laterOutcome(...compilers);
	} finally {
		for (const each of programs) each.free();
	}
}

/** How what an engine made of a program differs from what it means; null where it does not. */
export function difference(
	program: Runnable,
	actual: readonly Result[],
	options?: AgreementOptions,
): string | null {
	const { fused = false } = checkedOptions('difference', options, ['fused']);
	const expected = outcomeOf(program, interpreter);
	const form = (results: readonly Result[]): string =>
		results.map(({ name, dtype, shape }) => `${name} ${dtype}[${shape}]`).join(', ');
	if (form(actual) !== form(expected))
		return `it gives ${form(actual)}, the interpreter ${form(expected)}`;
	if (sameBits(actual, expected)) return null;
	const tolerance = new Tolerance(program, expected, fused);
	const wrong = (): string | null => {
		for (const [at, { name, data }] of actual.entries())
			for (let i = 0; i < data.length; i++) {
				const [x, y] = [data[i] ?? 0, expected[at]?.data[i] ?? 0];
				if (!Object.is(x, y) && !tolerance.allows(at, i, x, y))
					return `element ${i} of ${name} is ${x}, the interpreter has ${y}`;
			}
		return null;
	};
	let found: string | null = null;
	for (const count of trials) {
		tolerance.learn(count);
		found = wrong();
		if (found === null) return null;
	}
	return found;
}

/** How two outcomes of one program on engines that promise the same bits differ; the bits of NaN aside. */
export function bitDifference(a: readonly Result[], b: readonly Result[]): string | null {
	for (const [at, { name, data }] of a.entries())
		for (let i = 0; i < data.length; i++)
			if (!Object.is(data[i], b[at]?.data[i]))
				return `element ${i} of ${name} is ${data[i]} and ${b[at]?.data[i]}`;
	return null;
}

function sameBits(a: readonly Result[], b: readonly Result[]): boolean {
	return bitDifference(a, b) === null;
}

/** How far each element may be from the interpreter's, as found by trials. */
class Tolerance {
	readonly #program: Runnable;
	readonly #expected: readonly Result[];
	readonly #fused: boolean;
	readonly #spread: readonly Float64Array[];
	readonly #moved: boolean[];
	#trials = 0;

	constructor(program: Runnable, expected: readonly Result[], fused: boolean) {
		this.#program = program;
		this.#expected = expected;
		this.#fused = fused;
		this.#spread = expected.map(({ data }) => new Float64Array(data.length));
		this.#moved = expected.map(() => false);
	}

	/** Makes so many trials more. */
	learn(trials: number): void {
		for (let i = 0; i < trials; i++) {
			const seed = 0x9e37_79b9 ^ (++this.#trials * 0x85eb_ca6b);
			const engine = perturbing({ seed, fused: this.#fused });
			const trial = outcomeOf(this.#program, engine);
			for (const [at, spread] of this.#spread.entries()) {
				const [x, y] = [trial[at]?.data, this.#expected[at]?.data];
				if (x === undefined || y === undefined) throw new Error('internal: a trial lost a result');
				for (let k = 0; k < spread.length; k++) {
					if (Object.is(x[k], y[k])) continue;
					this.#moved[at] = true;
					const gap = Math.abs((x[k] ?? 0) - (y[k] ?? 0));
					spread[k] = Math.max(spread[k] ?? 0, Number.isNaN(gap) ? Infinity : gap);
				}
			}
		}
	}

	/** Whether x may stand for y. Where no trial moves anything, nothing may differ. */
	allows(at: number, i: number, x: number, y: number): boolean {
		const { dtype } = this.#expected[at] as Result; // in range
		const spread = this.#spread[at]?.[i] ?? 0;
		if (!this.#moved[at]) return false;
		if (spread === Infinity) return true;
		const own = dtype === 'f32' || dtype === 'f64' ? ulps * epsilon[dtype] : 0;
		return Math.abs(x - y) <= margin * spread + own * Math.max(Math.abs(x), Math.abs(y));
	}
}
