import { checkedFunction, checkedOptions } from '../graph/arguments.ts';
import { describe } from '../graph/describe.ts';
import type { Node } from '../graph/node.ts';
import type { Operand } from '../ops/operand.ts';
import { isMapping } from '../transforms/mapping.ts';
import { type Argument, type Given, putTogether, takeApart } from './arguments.ts';
import {
	type CompileOptions,
	checkCheck,
	checkCount,
	type Result,
	type TracedFunction,
	traceGraph,
} from './compile.ts';
import type { Engine, Graph } from './engine.ts';
import { PlanExplanation } from './explanation.ts';
import { finiteGraph } from './finite.ts';
import { isSubstituting } from './substitutes.ts';
import { activeTrace } from './trace.ts';

/** How a function would be compiled. */
export interface PlanOptions extends CompileOptions {
	/** The engine that it would be compiled for; left out, that of `compile`. */
	readonly engine?: Engine;
}

/** A function that explains functions: `explainPlan`. */
export interface ExplainPlan {
	<Args extends readonly Node[]>(
		f: (...args: Args) => Result,
		options?: PlanOptions,
	): (...args: { readonly [Index in keyof Args]: Operand }) => PlanExplanation;
	<Args extends readonly Argument[]>(
		f: (...args: Args) => Result,
		options?: PlanOptions,
	): (...args: { readonly [Index in keyof Args]: Given<Args[Index]> }) => PlanExplanation;
}

/** `explainPlan` with an engine for where none is asked for: see there. */
export function explainer(usual: Engine): ExplainPlan {
	return <Args extends readonly Argument[]>(
		f: (...args: Args) => Result,
		options?: PlanOptions,
	) => {
		checkedFunction('explainPlan', 'f', f);
		const { engine = usual, check } = checkedOptions('explainPlan', options, ['check', 'engine']);
		checkCheck('explainPlan', check);
		const explain = checkedAbility('explainPlan', engine, 'explain');
		return (...passed: readonly unknown[]) =>
			new PlanExplanation(
				checkedAnswer(
					'explainPlan',
					explain.call(engine, tracedCall('explainPlan', f, passed, check)),
				),
			);
	};
}

/** A method that not every engine has. */
export function checkedAbility<Name extends 'explain' | 'profile'>(
	operation: string,
	engine: Engine,
	name: Name,
): NonNullable<Engine[Name]> {
	if (typeof engine !== 'object' || engine === null || typeof engine.compile !== 'function')
		throw new TypeError(
			`${operation}: engine is ${describe(engine)}; it must be an engine, as wasmEngine() makes`,
		);
	const method = engine[name];
	if (typeof method !== 'function')
		throw new TypeError(
			`${operation}: the engine has no method ${name}, so that it cannot tell; use wasmEngine() or interpreter, or leave the engine out`,
		);
	return method;
}

/** What an engine has told, which is an object at least. */
export function checkedAnswer<Answer extends object>(operation: string, answer: Answer): Answer {
	if (typeof answer !== 'object' || answer === null)
		throw new TypeError(
			`${operation}: the engine told ${describe(answer)}; it must be an object, as the type of the method says`,
		);
	return answer;
}

/** A call of a function, recorded. */
export interface TracedCall<Returned> extends TracedFunction<Returned> {
	/** The graph without the checks that are asked for. */
	readonly unchecked: Graph;
	/** The Nodes that were passed. */
	readonly nodes: readonly Node[];
}

/** A call of a function as a compiled one would record it, for tools that tell of it. */
export function tracedCall<Args extends readonly Argument[], Returned extends Result>(
	operation: string,
	f: (...args: Args) => Returned,
	passed: readonly unknown[],
	check: CompileOptions['check'],
): TracedCall<Returned> {
	checkCount(operation, f, passed);
	if (activeTrace() !== null || isMapping() || isSubstituting())
		throw new TypeError(
			`${operation}: called while another function is compiled or mapped, where arguments have no values; call it outside`,
		);
	const { nodes } = takeApart(passed);
	const apply = (args: readonly Argument[]): Returned => f(...(args as Args)); // of the form that f takes
	const traced = traceGraph((symbols) => apply(putTogether(passed, symbols)), nodes, true);
	const { graph: unchecked } = traced;
	const graph = check === undefined ? unchecked : finiteGraph(unchecked);
	return { ...traced, graph, unchecked, nodes };
}
