import {
	compile,
	type Data,
	formatShape,
	type Node,
	type Operand,
	ShapeError,
	tensor,
} from '@pullback/core';
import { interpreted } from './interpreted.ts';

/** A function of tensors to be checked. */
export type TensorFunction = (...inputs: Node[]) => Node;

/** Options of numerical differentiation. */
export interface NumericalOptions {
	/** How far each element is moved to either side. */
	readonly step?: number;
}

/** Small enough for the error of the third derivative, large enough for that of rounding. */
const defaultStep = 1e-6;

/**
 * The gradient of a scalar function by central differences, (f(x + h) - f(x - h)) / 2h for one element after
 * another (Deep Learning from Scratch, 4.3): an f64 tensor for each input, of its shape. For checking, not for
 * training: it evaluates f twice for every element. Numbers and f32 become f64; integers are constants: zeros.
 */
export function numericalGradient(
	f: TensorFunction,
	inputs: readonly Operand[],
	options: NumericalOptions = {},
): Node[] {
	const nodes = inputs.map(toInput);
	const { outputShape, columns } = numericalJacobian(f, nodes, options);
	if (outputShape.length > 0)
		throw new ShapeError(
			`numericalGradient: needs a scalar function, got shape ${formatShape(outputShape)}; sum it`,
		);
	return nodes.map(({ shape }, i) =>
		tensor(
			Float64Array.from(columns[i] ?? [], (column) => column[0] ?? 0),
			{ shape },
		),
	);
}

/** All partial derivatives by central differences. */
interface NumericalJacobian {
	readonly outputShape: readonly number[];
	/** For each input, for each of its elements: the derivatives of all output elements. */
	readonly columns: readonly (readonly Float64Array[])[];
}

/** Beyond so many elements, the time to make a faster program is less than what the runs save. */
const fewElements = 200;

function sizeOf(shape: readonly number[]): number {
	return shape.reduce((size, length) => size * length, 1);
}

/** The central differences of every output element in every floating input element. */
function numericalJacobian(
	f: TensorFunction,
	inputs: readonly Node[],
	{ step = defaultStep }: NumericalOptions = {},
): NumericalJacobian {
	if (!(step > 0) || !Number.isFinite(step))
		throw new RangeError(`numericalGradient: step ${step}; it must be a finite number above 0`);
	const elements = inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
	const program = (elements > fewElements ? compile : interpreted)(f);
	const outputShape = program(...inputs).shape;
	const columns = inputs.map((input, i) => {
		const values = input.data();
		const moving = values.slice();
		if (input.dtype !== 'f64') return Array.from(values, () => new Float64Array(0));
		return Array.from(values, (value, at) => {
			const moved = (by: number): Data => {
				moving[at] = value + by;
				return program(...inputs.with(i, tensor(moving, { shape: input.shape }))).view();
			};
			const [above, below] = [moved(step), moved(-step)];
			moving[at] = value;
			return Float64Array.from(above, (high, k) => (high - (below[k] ?? 0)) / (2 * step));
		});
	});
	return { outputShape, columns };
}

/** An operand as an input to check: numbers and f32 become f64, integers stay as they are. */
export function toInput(operand: Operand): Node {
	const literal = typeof operand === 'number' || Array.isArray(operand);
	const node = literal ? tensor(operand, { dtype: 'f64' }) : tensor(operand);
	return node.dtype === 'f32' ? node.cast('f64') : node;
}
