import {
	type Compile,
	type Data,
	type Engine,
	interpreter,
	type Late,
	type Node,
} from '@pullback/core';
import fc from 'fast-check';
import {
	difference,
	type LaterRunnable,
	laterOutcomeOf,
	outcomeOf,
	type Runnable,
} from '../generated/agreement.ts';
import { laterResultsOf, type Observation, resultsOf } from '../generated/observation.ts';
import type { Result } from '../generated/program.ts';

/** An engine whose laws are checked, and how often. */
export interface Tested {
	/** Made anew for each law. */
	readonly engine: Engine<Data | Late>;
	/** One of its kind. */
	newEngine(): Engine<Data | Late>;
	readonly fused: boolean;
	/** Runs of each property; null for as many as fast-check is configured for. */
	readonly runs: number | null;
}

/** A law that an engine must keep: its words, and what throws, or rejects, if it does not. */
export interface Law {
	readonly title: string;
	check(tested: Tested): Promise<void>;
}

/** A law of random programs: each leaves what it leaves on the interpreter. */
export function agreement(title: string, programs: fc.Arbitrary<LaterRunnable>): Law {
	return { title, check: (tested) => checkAgreement(tested, programs) };
}

/** The same, where the engine takes turns with others. */
export function checkAgreement(
	tested: Tested,
	programs: fc.Arbitrary<LaterRunnable>,
	...others: readonly Engine[]
): Promise<void> {
	const { fused } = tested;
	return forAll(tested, programs, async (program) => {
		const found = await refusedOr(tested, program, others, (actual) =>
			difference(program, actual, { fused }),
		);
		expectLaw(found === null, found ?? '');
	});
}

export function forAll<Value>(
	{ runs }: Tested,
	values: fc.Arbitrary<Value>,
	holds: (value: Value) => Promise<void>,
): Promise<void> {
	return fc.assert(
		fc.asyncProperty(values, holds),
		runs === null ? {} : { numRuns: runs },
	) as Promise<void>; // an asynchronous property
}

export function expectLaw(holds: boolean, otherwise: string): void {
	if (!holds) throw new Error(`engine law: ${otherwise}`);
}

/** Judges what the engine makes of a program; how its refusal differs from the interpreter's, if it refuses. */
async function refusedOr(
	{ engine }: Tested,
	program: LaterRunnable,
	others: readonly Engine[],
	judge: (actual: readonly Result[]) => string | null,
): Promise<string | null> {
	let actual: readonly Result[];
	try {
		actual = await laterOutcomeOf(program, engine, ...others);
	} catch (error) {
		const refusal = refusalOf(program);
		if (refusal === String(error)) return null;
		return `it throws ${error}, the interpreter ${refusal ?? 'does not throw'}`;
	}
	const refusal = refusalOf(program);
	return refusal === null ? judge(actual) : `it does not throw, the interpreter throws ${refusal}`;
}

function refusalOf(program: Runnable): string | null {
	try {
		outcomeOf(program, interpreter, interpreter);
		return null;
	} catch (error) {
		return String(error);
	}
}

/** A function of tensors, and what it is run on: each list of inputs in turn. */
export class Application implements LaterRunnable {
	readonly #f: (...inputs: Node[]) => readonly Node[];
	readonly #calls: readonly (readonly Node[])[];
	/** What stands for the function in a counterexample; null for its text. */
	name: string | null = null;

	constructor(f: (...inputs: Node[]) => readonly Node[], ...calls: readonly (readonly Node[])[]) {
		this.#f = f;
		this.#calls = calls;
	}

	outcome(compile: Compile): Result[] {
		return resultsOf(this.#observe(compile));
	}

	laterOutcome(compile: Compile): Promise<Result[]> {
		return laterResultsOf(this.#observe(compile));
	}

	/** The results of all runs are looked at once all are over: what a run left must stay. */
	*#observe(compile: Compile): Generator<Observation> {
		const run = compile((...inputs: Node[]) => this.#f(...inputs));
		const results = this.#calls.map((inputs) => run(...inputs));
		for (const [call, nodes] of results.entries())
			for (const [i, node] of nodes.entries())
				yield { name: `result ${i} of run ${call + 1}`, node };
	}

	toString(): string {
		const calls = this.#calls.map((inputs) => `(${fc.stringify(inputs)})`);
		return `(${this.name ?? this.#f})${calls.join(', ')}`;
	}
}
