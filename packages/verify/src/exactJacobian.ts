import { type Compile, type Data, jvp, type Node, tensor, vjp } from '@pullback/core';
import { interpreted } from './interpreted.ts';
import type { TensorFunction } from './numericalGradient.ts';

/**
 * Derivatives by the rules under test: of an output element in an element of an input. Of reverse mode a row is computed
 * when an element of it is first asked for, of forward mode a column.
 */
export interface ExactJacobian {
	at(input: number, index: number, output: number): number;
}

/** How one mode computes derivatives, all of them and random combinations. */
export interface Mode {
	readonly by: 'reverse' | 'forward';
	jacobian(f: TensorFunction, inputs: readonly Node[], compile?: Compile): ExactJacobian;
}

/** The gradients of <cotangent, f> in all floating inputs. */
export function pullback(
	f: TensorFunction,
	compile: Compile = interpreted,
): (cotangent: Node, inputs: readonly Node[]) => Node[] {
	const program = compile((cotangent: Node, ...xs: Node[]) =>
		vjp(f(...xs), cotangent, xs.filter(isFloating)),
	);
	return (cotangent, inputs) => program(cotangent, ...inputs);
}

/** The derivative of f along tangents, one for each floating input. */
export function pushforward(
	f: TensorFunction,
	compile: Compile = interpreted,
): (tangents: readonly Node[], inputs: readonly Node[]) => Node {
	return (tangents, inputs) =>
		compile((...all: Node[]) => {
			const xs = all.slice(tangents.length);
			return jvp(f(...xs), xs.filter(isFloating), all.slice(0, tangents.length));
		})(...tangents, ...inputs);
}

/** By reverse mode: one row for each output element, from a cotangent that is 1 there and 0 elsewhere. */
export const reverseMode: Mode = {
	by: 'reverse',
	jacobian(f, inputs, compile) {
		const indices = floatingIndices(inputs);
		const row = pullback(f, compile);
		const cotangents = unitVectors(f(...inputs));
		const rows: Data[][] = [];
		return {
			at(input, index, output) {
				rows[output] ??= row(cotangents(output), inputs).map((slope) => slope.view());
				return rows[output][indices.indexOf(input)]?.[index] ?? Number.NaN;
			},
		};
	},
};

/** By forward mode: one column for each input element, from a tangent that is 1 there and 0 elsewhere. */
export const forwardMode: Mode = {
	by: 'forward',
	jacobian(f, inputs, compile = interpreted) {
		const along = inputs.map((input, i) => {
			const column = compile(
				(tangent: Node, ...xs: Node[]) => jvp(f(...xs), [xs[i] as Node], [tangent]), // an index of xs
			);
			return { column, tangents: unitVectors(input), columns: [] as Data[] };
		});
		return {
			at(input, index, output) {
				const known = along[input];
				if (known === undefined) return Number.NaN;
				const { column, tangents, columns } = known;
				columns[index] ??= column(tangents(index), ...inputs).view();
				return columns[index][output] ?? Number.NaN;
			},
		};
	},
};

/** Which of the inputs are floating. */
export function floatingIndices(inputs: readonly Node[]): number[] {
	return inputs.flatMap((input, i) => (isFloating(input) ? [i] : []));
}

/** Whether derivatives in an input are taken. */
export function isFloating({ dtype }: Node): boolean {
	return dtype === 'f64' || dtype === 'f32';
}

/** For an element of a Node, which need not be computed for it, zeros with a 1 at its position. */
function unitVectors({ shape, dtype }: Node): (at: number) => Node {
	const size = shape.reduce((product, length) => product * length, 1);
	return (at) => {
		const elements = new Float64Array(size);
		elements[at] = 1;
		return tensor(elements, { shape, dtype });
	};
}
