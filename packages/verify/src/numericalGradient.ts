import {
	type Compile,
	compile,
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
import { sizeOf } from './projection.ts';
import { workOfMoving } from './work.ts';

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
	const y = checked(...nodes);
	if (y.shape.length > 0)
		throw new ShapeError(
			`numericalGradient: needs a scalar function, got shape ${formatShape(y.shape)}; sum it`,
		);
	return nodes.map(({ shape, dtype }, i) => {
		const size = sizeOf(shape);
		const chosen = workOfMoving(size, y) > maxInterpretedWork ? compile : interpreted;
		const differences =
			dtype === 'f64'
				? centralDifferences(checked, nodes, i, { step, compile: chosen })
				: new Float64Array(size);
		return tensor(differences, { shape });
	});
}

/** The most work that is interpreted, in computed elements: to make a program takes about as long. */
const maxInterpretedWork = 2 ** 17;

/** The central difference of a scalar function in every element of one input. */
function centralDifferences(
	f: TensorFunction,
	inputs: readonly Node[],
	input: number,
	{ step, compile }: { readonly step: number; readonly compile: Compile },
): Float64Array {
	const moving = inputs[input] as Node; // in range
	const { shape } = moving;
	const positions = tensor(
		Float64Array.from({ length: sizeOf(shape) }, (_, i) => i),
		{ shape },
	);
	// The program moves the element itself: a tensor for each would copy all others, twice for every element.
	const program = compile((position: Node, value: Node, ...xs: Node[]) =>
		f(...xs.with(input, positions.equal(position).where(value, xs[input] as Node))),
	);
	const scalar = (x: number): Node => tensor(x, { dtype: 'f64' });
	const valueAt = (position: number, value: number): number =>
		program(scalar(position), scalar(value), ...inputs).view()[0] ?? Number.NaN;
	return Float64Array.from(
		moving.view(),
		(x, i) => (valueAt(i, x + step) - valueAt(i, x - step)) / (2 * step),
	);
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
