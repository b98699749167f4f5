import {
	compile,
	type Data,
	formatShape,
	type Node,
	type Operand,
	ShapeError,
	tensor,
} from '@pullback/core';
import {
	checkedFinite,
	checkedFunction,
	checkedList,
	checkedNode,
	checkedNumber,
	checkedOptions,
} from '@pullback/core/arguments';
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
	options?: NumericalOptions,
): Node[] {
	const { step = defaultStep } = checkedOptions('numericalGradient', options, ['step']);
	if (!(checkedFinite('numericalGradient', 'step', step) > 0))
		throw new RangeError(`numericalGradient: step ${step}; it must be a finite number above 0`);
	const { f: checked, inputs: nodes } = toChecked('numericalGradient', f, inputs);
	const { outputShape, columns } = numericalJacobian(checked, nodes, step);
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

/** The largest operands, in elements, of a function that is interpreted: a program takes longer to make than it saves. */
const maxInterpretedElements = 200;

function sizeOf(shape: readonly number[]): number {
	return shape.reduce((size, length) => size * length, 1);
}

/** The central differences of every output element in every floating input element. */
function numericalJacobian(
	f: TensorFunction,
	inputs: readonly Node[],
	step: number,
): NumericalJacobian {
	const elements = inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
	const program = (elements > maxInterpretedElements ? compile : interpreted)(f);
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

/** A function and a point at which to check it. */
export interface Checked {
	readonly f: TensorFunction;
	readonly inputs: readonly Node[];
}

/** What a check was given: a function, which must return a Node, and operands. */
export function toChecked(
	operation: string,
	f: TensorFunction,
	inputs: readonly Operand[],
): Checked {
	checkedFunction(operation, 'f', f);
	return {
		f: (...nodes) => checkedNode(operation, 'the result of f', f(...nodes)),
		inputs: Array.from(checkedList(operation, 'inputs', inputs), toInput),
	};
}

/** A seed that a user passed. */
export function checkedSeed(operation: string, seed: number): number {
	if (!Number.isSafeInteger(checkedNumber(operation, 'seed', seed)))
		throw new RangeError(`${operation}: seed ${seed}; it must be a whole number up to 2^53 - 1`);
	return seed;
}

/** An operand as an input to check: numbers and f32 become f64, integers stay as they are. */
export function toInput(operand: Operand): Node {
	const literal = typeof operand === 'number' || Array.isArray(operand);
	const node = literal ? tensor(operand, { dtype: 'f64' }) : tensor(operand);
	return node.dtype === 'f32' ? node.cast('f64') : node;
}
