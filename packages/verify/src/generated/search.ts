import { type Engine, full, interpreter, type Node } from '@pullback/core';
import fc from 'fast-check';
import { bitDifference, difference, freeing, outcomeOf, type Runnable } from './agreement.ts';
import { histories, VariableHistory } from './histories.ts';
import { hostilePrograms } from './hostile.ts';
import { models } from './models.ts';
import type { Result } from './program.ts';

/** Engines that promise the same bits, by their names. */
export type Engines = ReadonlyMap<string, Engine>;

/** Every generator, under the name of what it draws. */
export const generators: Readonly<Record<string, () => fc.Arbitrary<Runnable>>> = {
	'hostile programs': () => hostilePrograms(),
	'large programs': () => hostilePrograms({ maxLength: 4, large: true }),
	models: () => models(),
	'uses of Variables': () => histories(),
};

/**
 * What is wrong with a program on several engines: the first of them gives other values than the interpreter, or
 * another one other bits than the first, or all of them in turn over the same Variables other values. Null if nothing is.
 */
export function disagreement(program: Runnable, engines: Engines): string | null {
	let first: { readonly name: string; readonly outcome: readonly Result[] } | null = null;
	for (const [name, engine] of engines) {
		const outcome = outcomeOf(program, engine);
		const found =
			first === null ? difference(program, outcome) : bitDifference(first.outcome, outcome);
		if (found !== null)
			return first === null ? `${name}: ${found}` : `${first.name} and ${name}: ${found}`;
		first ??= { name, outcome };
	}
	if (!(program instanceof VariableHistory)) return null;
	const found = difference(program, outcomeOf(program, ...engines.values(), interpreter));
	return found === null
		? null
		: `${[...engines.keys()].join(', ')} and interpreter in turn: ${found}`;
}

/** Programs drawn with one seed, and the difference that was found, with the smallest program that shows it. */
export interface Round {
	readonly generator: string;
	readonly seed: number;
	readonly programs: number;
	/** Null if there was none. */
	readonly found: { readonly what: string; readonly program: string } | null;
}

export interface SearchOptions {
	readonly engines: Engines;
	/** The first round's; each one has the next. */
	readonly seed: number;
	/** Whether to go on, asked before each round. */
	readonly goesOn: () => boolean;
	/** How many programs a round draws; 50 if left out. */
	readonly programs?: number;
}

/** Makes an engine start its threads, which it does after much work alone. */
export function startThreads(engine: Engine): void {
	const x = full([512, 512], 0.5);
	freeing([engine], (compile) => compile?.((y: Node) => y.matmul(y).sum())(x).item());
}

/** Rounds of all generators in turn. */
export async function* searchDifferences({
	engines,
	seed,
	goesOn,
	programs = 50,
}: SearchOptions): AsyncGenerator<Round> {
	for (const engine of engines.values()) startThreads(engine);
	const names = Object.keys(generators);
	for (let round = 0; goesOn(); round++) {
		const generator = names[round % names.length] as string; // in range
		const draw = generators[generator] as () => fc.Arbitrary<Runnable>; // under that name
		yield await searchOnce(generator, draw(), seed + round, programs, engines);
	}
}

async function searchOnce(
	generator: string,
	drawn: fc.Arbitrary<Runnable>,
	seed: number,
	programs: number,
	engines: Engines,
): Promise<Round> {
	let what = '';
	const property = fc.asyncProperty(drawn, async (program) => {
		// What is out of use is collected between jobs.
		await new Promise((resolve) => setTimeout(resolve));
		try {
			const found = disagreement(program, engines);
			if (found === null) return true;
			what = found;
		} catch (error) {
			what = String(error);
		}
		return false;
	});
	const { failed, numRuns, counterexample } = await fc.check(property, { seed, numRuns: programs });
	const [smallest] = counterexample ?? [];
	return {
		generator,
		seed,
		programs: numRuns,
		found: failed ? { what, program: String(smallest) } : null,
	};
}
