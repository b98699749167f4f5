import {
	bitDifference,
	difference,
	histories,
	hostilePrograms,
	models,
	outcomeOf,
	type Runnable,
} from '@pullback/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Compile, interpreter, type Node, tensor, topologicalOrder } from '../src/index.ts';
import { isMuchWork } from '../src/lowering/nodes/work.ts';

/** Runs functions as they are, and tells whether the compiled engine may have computed a Node by itself. */
class Uncompiled {
	mayBeEngines = false;

	/** An argument is a Node of its own, as when a function is compiled, even if it is a Variable's. */
	readonly compile = ((f: (...args: readonly Node[]) => readonly Node[]) =>
		(...args: readonly Node[]) => {
			const returned = f(...args.map((x) => tensor(x.view(), { shape: x.shape, dtype: x.dtype })));
			this.mayBeEngines ||= topologicalOrder(returned).some(isMuchWork);
			return returned;
		}) as Compile; // programs compile functions of Nodes alone
}

test.each<[string, fc.Arbitrary<Runnable>]>([
	['a hostile program', hostilePrograms()],
	['a model', models()],
	['a use of Variables', histories()],
])(
	'%s that is compiled for the interpreter is what it is uncompiled: to the last bit, but for Nodes of much work',
	(_, drawn) => {
		fc.assert(
			fc.property(drawn, (program) => {
				const uncompiled = new Uncompiled();
				const outcome = program.outcome(uncompiled.compile);
				// Outside of compiled functions the compiled engine computes a Node of much work, and rounds otherwise.
				expect(
					uncompiled.mayBeEngines
						? difference(program, outcome)
						: bitDifference(outcomeOf(program, interpreter), outcome),
				).toBe(null);
			}),
			// A quarter of the runs of other properties: each takes several runs of a program.
			{ numRuns: Math.ceil((fc.readConfigureGlobal().numRuns ?? 100) / 4) },
		);
	},
);
