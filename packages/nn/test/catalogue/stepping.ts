import { type Compile, type Node, randomKey, uniform, Variable } from '@pullback/core';
import { Affine, Module, meanSquaredError, sequential, Tanh } from '../../src/index.ts';
import { partsOf } from '../../src/modules/parts.ts';
import type { Floating } from './row.ts';
import type { StepRow } from './stepRow.ts';

/** A small net, and a way to train it. */
export interface Stepping {
	readonly net: Module;
	/** The parameters, and all that is saved by name. */
	readonly saved: ReadonlyMap<string, Variable>;
	/** The parameters, and all Variables that there are in what trains them. */
	readonly whole: readonly Variable[];
	/** Makes so many steps, and returns their losses; what compiles a step does so once. */
	steps(count: number, by?: Compile | null): number[];
}

/** The training of a net of the dtype by what a row makes; its first weights differ by the seed. */
export function steppingBy({ make }: StepRow, dtype: Floating, seed = 1): Stepping {
	const net = sequential(
		new Affine({ inputs: 2, outputs: 8, key: randomKey(10 * seed), dtype }),
		new Tanh(),
		new Affine({ inputs: 8, outputs: 1, key: randomKey(10 * seed + 1), dtype }),
	);
	const x = uniform(randomKey(7), [12, 2], { low: -1, high: 1, dtype: 'f64' }).cast(dtype);
	const target = x
		.slice(null, [0, 1])
		.mul(x.slice(null, [1, 2]))
		.mul(2);
	const { keepers, step } = make(net.parameters(), () => meanSquaredError(net.forward(x), target));
	const saved = [net, ...keepers].flatMap((keeper, i) =>
		Array.from(keeper.namedVariables(), ([path, each]) => [`${i}.${path}`, each] as const),
	);
	const compiled = new Map<Compile, () => Node>();
	const stepBy = (by: Compile): (() => Node) => {
		const run = compiled.get(by) ?? by(step);
		compiled.set(by, run);
		return run;
	};
	return {
		net,
		saved: new Map(saved),
		whole: variablesOf([net, ...keepers]),
		steps: (count, by = null) => {
			const run = by === null ? step : stepBy(by);
			return Array.from({ length: count }, () => run().item());
		},
	};
}

/** Every Variable that some objects lead to, each once. */
function variablesOf(wholes: readonly object[]): Variable[] {
	const parts = wholes.flatMap((whole) => [...partsOf(whole, (part) => part instanceof Module)]);
	return [...new Set(parts.flatMap(({ value }) => (value instanceof Variable ? [value] : [])))];
}
