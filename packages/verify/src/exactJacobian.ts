import { jvp, type Node, tensor, vjp } from '@pullback/core';
import { interpreted } from './interpreted.ts';
import type { TensorFunction } from './numericalGradient.ts';

/** Derivatives by the rules under test: of an output element in an element of an input. */
export interface ExactJacobian {
	at(input: number, index: number, output: number): number;
}

/** By reverse mode: one row for each output element, from a cotangent that is 1 there and 0 elsewhere. */
export function exactByRows(f: TensorFunction, inputs: readonly Node[]): ExactJacobian {
	const floating = inputs.flatMap(({ dtype }, i) => (dtype === 'f64' ? [i] : []));
	const row = interpreted((cotangent: Node, ...xs: Node[]) =>
		vjp(
			f(...xs),
			cotangent,
			floating.map((i) => xs[i] as Node), // an index of xs
		),
	);
	const rows = unitVectors(f(...inputs)).map((cotangent) =>
		row(cotangent, ...inputs).map((slope) => slope.view()),
	);
	return {
		at: (input, index, output) => rows[output]?.[floating.indexOf(input)]?.[index] ?? Number.NaN,
	};
}

/** By forward mode: one column for each input element, from a tangent that is 1 there and 0 elsewhere. */
export function exactByColumns(f: TensorFunction, inputs: readonly Node[]): ExactJacobian {
	const columns = inputs.map((input, i) => {
		if (input.dtype !== 'f64') return [];
		const column = interpreted(
			(tangent: Node, ...xs: Node[]) => jvp(f(...xs), [xs[i] as Node], [tangent]), // an index of xs
		);
		return unitVectors(input).map((tangent) => column(tangent, ...inputs).view());
	});
	return { at: (input, index, output) => columns[input]?.[index]?.[output] ?? Number.NaN };
}

/** For each element of a Node, which need not be computed for it, zeros with a 1 in its place. */
function unitVectors({ shape, dtype }: Node): Node[] {
	const zeros = new Float64Array(shape.reduce((size, length) => size * length, 1));
	return Array.from(zeros, (_, at) => tensor(zeros.with(at, 1), { shape, dtype }));
}
