import type { Node } from '@pullback/core';
import type { Estimate } from './estimate.ts';
import type { ExactJacobian, Mode } from './exactJacobian.ts';
import { sampled, spreadAround } from './noise.ts';
import type { TensorFunction } from './numericalGradient.ts';
import { overflows } from './overflow.ts';

/** What makes derivatives by the rules unreliable; found when it is first asked for. */
export interface Reliability {
	/** How far rounding may have moved a derivative. */
	noiseAt(input: number, index: number, output: number): number;
	/** Whether a derivative is another when it is computed again: rounding is no excuse for that. */
	changesAt(input: number, index: number, output: number): boolean;
	/** Whether what is not finite among all derivatives, which are as many as the estimates, comes of an overflow. */
	hasOverflowed(estimates: readonly (readonly (readonly Estimate[])[])[]): boolean;
}

/** Of the derivatives by one mode of a function at a point. If `single`, the function computes in f32, too. */
export function reliabilityOf({
	f,
	inputs,
	mode,
	at,
	single,
}: {
	readonly f: TensorFunction;
	readonly inputs: readonly Node[];
	readonly mode: Mode;
	readonly at: ExactJacobian['at'];
	readonly single: boolean;
}): Reliability {
	let samples: ExactJacobian[] | null = null;
	let again: ExactJacobian | null = null;
	let overflowed: boolean | null = null;
	return {
		noiseAt(input, index, output) {
			samples ??= sampled((compile) => mode.jacobian(f, inputs, compile), { single });
			return spreadAround(
				at(input, index, output),
				samples.map((sample) => sample.at(input, index, output)),
			);
		},
		changesAt(input, index, output) {
			again ??= mode.jacobian(f, inputs);
			return !Object.is(again.at(input, index, output), at(input, index, output));
		},
		hasOverflowed(estimates) {
			overflowed ??= overflows((compile) => {
				const watched = mode.jacobian(f, inputs, compile);
				for (const [input, elements] of estimates.entries())
					for (const [index, outputs] of elements.entries())
						for (const output of outputs.keys()) watched.at(input, index, output);
			});
			return overflowed;
		},
	};
}
