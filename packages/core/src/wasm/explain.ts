import { partitionOf } from '../lowering/execution/partition.ts';
import { explained } from '../lowering/explain/explanation.ts';
import { Records } from '../lowering/explain/records.ts';
import type { Plan } from '../lowering/ir/plan.ts';
import { lower } from '../lowering/lower.ts';
import type { Target } from '../lowering/target.ts';
import type { TracedGraph } from '../program/engine.ts';
import type { Explained } from '../program/explanation.ts';
import type { Compute } from '../reference/evaluate.ts';

/** A plan with what it says in words, but for the threads. */
export interface ExplainedPlan {
	readonly plan: Plan;
	readonly words: Omit<Explained, 'threads'>;
}

/** The plan of a graph, explained. */
export function explainGraph(
	traced: TracedGraph,
	target: Target,
	constantBy: Compute,
): ExplainedPlan {
	const records = new Records();
	const plan = lower(traced.graph, target, constantBy, records);
	return {
		plan,
		words: {
			engine: 'wasm',
			...explained(traced, plan, records, (kernel) => partitionOf(kernel, target)),
		},
	};
}
