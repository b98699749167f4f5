import { checkedFunction, checkedOptions } from '../graph/arguments.ts';
import { describe } from '../graph/describe.ts';
import { NonFiniteError } from '../graph/errors.ts';
import type { Node } from '../graph/node.ts';
import type { Operand } from '../ops/operand.ts';
import type { Argument, Given } from './arguments.ts';
import { checkCheck, type Result, returnedBy } from './compile.ts';
import type { Engine } from './engine.ts';
import { checkedAbility, checkedAnswer, type PlanOptions, tracedCall } from './explain.ts';
import { explainedError } from './finite.ts';
import { Profile, type Profiled } from './profileResult.ts';

/** How a function is profiled. */
export interface ProfileOptions extends PlanOptions {
	/**
	 * The runs that are timed, from 1 to 100,000, after at most as many that are not; left out, as many as half a second
	 * allows, and at least 5.
	 */
	readonly runs?: number;
}

/** A function that profiles functions: `profile`. */
export interface ProfileFunction {
	<Args extends readonly Node[], Returned extends Result>(
		f: (...args: Args) => Returned,
		options?: ProfileOptions,
	): (...args: { readonly [Index in keyof Args]: Operand }) => Profile<Returned>;
	<Args extends readonly Argument[], Returned extends Result>(
		f: (...args: Args) => Returned,
		options?: ProfileOptions,
	): (...args: { readonly [Index in keyof Args]: Given<Args[Index]> }) => Profile<Returned>;
}

/** The largest number of runs that can be asked for. */
const maxRuns = 100_000;

/** `profile` with an engine for where none is asked for: see there. */
export function profiler(usual: Engine): ProfileFunction {
	return <Args extends readonly Argument[], Returned extends Result>(
		f: (...args: Args) => Returned,
		options?: ProfileOptions,
	) => {
		checkedFunction('profile', 'f', f);
		const names = ['check', 'engine', 'runs'] as const;
		const { engine = usual, check, runs } = checkedOptions('profile', options, names);
		checkCheck('profile', check);
		if (runs !== undefined) checkRuns(runs);
		const measure = checkedAbility('profile', engine, 'profile');
		return (...passed: readonly unknown[]) => {
			const traced = tracedCall('profile', f, passed, check);
			const inputs = traced.nodes.map((node) => node.view());
			let profiled: Profiled;
			try {
				profiled = checkedAnswer('profile', measure.call(engine, traced, inputs, runs ?? null));
			} catch (error) {
				if (!(error instanceof NonFiniteError) || check === undefined) throw error;
				const siteOf = (node: Node): string | undefined => traced.recordOf(node)?.site;
				const graph = traced.unchecked;
				throw explainedError('profile', error, { engine, graph, values: inputs, siteOf });
			}
			return new Profile(
				profiled,
				returnedBy({ outputs: traced.graph.outputs, returned: traced.returned }, profiled.outputs),
			);
		};
	};
}

function checkRuns(runs: number): void {
	if (typeof runs !== 'number')
		throw new TypeError(`profile: runs is ${describe(runs)}; it must be a number`);
	if (!Number.isInteger(runs) || runs < 1 || runs > maxRuns)
		throw new RangeError(
			`profile: runs is ${runs}; it must be a whole number from 1 to ${maxRuns}`,
		);
}
