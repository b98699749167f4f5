import type { DType } from '../graph/dtype.ts';
import { isFloating } from '../graph/dtype.ts';
import { DTypeError, ShapeError } from '../graph/errors.ts';
import { type Node, type Primitive, record, type Tuple, type Type } from '../graph/node.ts';
import { formatShape, type Shape, sameShape } from '../graph/shape.ts';

/** The dtypes that an operation is defined on. */
export type Kind = 'floating' | 'numeric' | 'bool' | 'any';

/** A partial derivative: a Node, or one of the three numbers that need no multiplication. */
type Partial = Node | 1 | 0 | -1;

type Rule<Arity extends number, Result> = (inputs: Tuple<Node, Arity>, output: Node) => Result;

/** A primitive of elements at one position; its family tells what its type alone does not. */
export interface Elementwise<Arity extends number, Family extends string>
	extends Primitive<Arity, null> {
	readonly family: Family;
}

/** y[i] = f(x[i], ...): state the partial derivatives, and the branches if there are any. */
export function elementwise<Arity extends number>(
	name: string,
	kind: Kind,
	partials: Rule<Arity, Tuple<Partial, Arity>>,
	branches: Rule<Arity, Node | null> = () => null,
): Elementwise<Arity, 'elementwise'> {
	return { ...pointwise(name, kind, partials), branches, family: 'elementwise' };
}

/** y[i] = f(x[i], ...), a smooth function of floating numbers that engines approximate: state the partial derivatives. */
export function transcendental<Arity extends number>(
	name: string,
	partials: Rule<Arity, Tuple<Partial, Arity>>,
): Elementwise<Arity, 'transcendental'> {
	return {
		...pointwise(name, 'floating', partials),
		branches: () => null,
		family: 'transcendental',
	};
}

function pointwise<Arity extends number>(
	name: string,
	kind: Kind,
	partials: Rule<Arity, Tuple<Partial, Arity>>,
): Omit<Primitive<Arity, null>, 'branches'> {
	return {
		name,
		type: (inputs) => sameType(name, kind, inputs),
		vjp: (cotangent, inputs, output) =>
			partials(inputs, output).map((partial) =>
				times(cotangent, partial),
			) as readonly (Node | null)[] as Tuple<Node | null, Arity>, // map keeps the length
		jvp: (tangents, inputs, output) => {
			const factors = partials(inputs, output);
			return tangents.reduce<Node | null>((sum, tangent, i) => {
				const factor = factors[i];
				if (tangent === null || factor === undefined) return sum;
				return plus(sum, times(tangent, factor));
			}, null);
		},
		lift: () => null,
	};
}

/** y[i] = whether something holds of x[i], ...: its derivative is zero wherever it has one. */
export function predicate<Arity extends number>(
	name: string,
	kind: Kind,
): Elementwise<Arity, 'predicate'> {
	return {
		name,
		family: 'predicate',
		type: (inputs) => ({ ...sameType(name, kind, inputs), dtype: 'bool' }),
		vjp: (_, inputs) => inputs.map(() => null) as readonly null[] as Tuple<null, Arity>, // map keeps the length
		jvp: () => null,
		lift: () => null,
		branches: (_, output) => output,
	};
}

/** y = L(x): state the transpose. A linear map is its own derivative. */
export function linear<Params>(
	name: string,
	kind: Kind,
	rules: {
		shape(x: Shape, params: Params): Shape;
		transpose(cotangent: Node, params: Params, x: Node): Node;
		lift(params: Params, size: number): Params;
	},
): Primitive<1, Params> {
	const self: Primitive<1, Params> = {
		name,
		type: ([x], params) => {
			checkKind(name, kind, x.dtype);
			return { shape: rules.shape(x.shape, params), dtype: x.dtype };
		},
		vjp: (cotangent, [x], _, params) => [rules.transpose(cotangent, params, x)],
		jvp: ([tangent], _, __, params) => tangent && record(self, [tangent], params),
		lift: rules.lift,
		branches: () => null,
	};
	return self;
}

/** z = B(x, y), linear in each argument alone: state both transposes. */
export function bilinear<Params>(
	name: string,
	kind: Kind,
	rules: {
		shape(x: Shape, y: Shape, params: Params): Shape;
		transpose(cotangent: Node, x: Node, y: Node, params: Params): Tuple<Node, 2>;
	},
): Primitive<2, Params> {
	const self: Primitive<2, Params> = {
		name,
		type: ([x, y], params) => {
			checkSameDType(name, [x, y]);
			checkKind(name, kind, x.dtype);
			return { shape: rules.shape(x.shape, y.shape, params), dtype: x.dtype };
		},
		vjp: (cotangent, [x, y], _, params) => rules.transpose(cotangent, x, y, params),
		jvp: ([dx, dy], [x, y], _, params) =>
			plus(dx && record(self, [dx, y], params), dy && record(self, [x, dy], params)),
		// Leading axes are those of a batch.
		lift: (params) => params,
		branches: () => null,
	};
	return self;
}

/** A value that depends on no other Node. */
export function leaf<Params extends Type>(name: string): Primitive<0, Params> {
	return {
		name,
		type: (_, { shape, dtype }) => ({ shape, dtype }),
		vjp: () => [],
		jvp: () => null,
		lift: (params) => params,
		branches: () => null,
	};
}

/** Integers that depend on the order of x along its last axis: piecewise constant. */
export function ordinal(name: string, shape: (x: Shape) => Shape): Primitive<1, null> {
	return {
		name,
		type: ([x]) => ({ shape: shape(x.shape), dtype: 'i32' }),
		vjp: () => [null],
		jvp: () => null,
		lift: () => null,
		branches: (_, output) => output,
	};
}

/** The sum of two cotangents or tangents of which either may be zero. */
export function plus(a: Node | null, b: Node | null): Node | null {
	if (a === null) return b;
	return b === null ? a : a.add(b);
}

function times(x: Node, partial: Partial): Node | null {
	if (partial === 0) return null;
	if (partial === 1) return x;
	return partial === -1 ? x.neg() : x.mul(partial);
}

function sameType(name: string, kind: Kind, inputs: readonly Node[]): Type {
	const first = inputs[0];
	if (first === undefined) throw new Error(`internal: ${name} has no inputs`);
	for (const other of inputs)
		if (!sameShape(first.shape, other.shape))
			throw new ShapeError(
				`${name}: shapes ${inputs.map((x) => formatShape(x.shape)).join(' and ')} differ; broadcast them first`,
			);
	checkSameDType(name, inputs);
	checkKind(name, kind, first.dtype);
	return first;
}

function checkSameDType(name: string, inputs: readonly Node[]): void {
	const dtype = inputs[0]?.dtype;
	if (inputs.some((x) => x.dtype !== dtype))
		throw new DTypeError(
			`${name}: dtypes ${inputs.map((x) => x.dtype).join(' and ')} differ; cast them first`,
		);
}

/** Refuses a dtype that the operation is not defined on. */
export function checkKind(name: string, kind: Kind, dtype: DType): void {
	if (!isOfKind(dtype, kind))
		throw new DTypeError(
			`${name}: got dtype ${dtype}, needs ${kind === 'bool' ? 'bool' : `a ${kind} dtype`}; cast it first`,
		);
}

function isOfKind(dtype: DType, kind: Kind): boolean {
	switch (kind) {
		case 'floating':
			return isFloating(dtype);
		case 'numeric':
			return dtype !== 'bool';
		case 'bool':
			return dtype === 'bool';
		case 'any':
			return true;
	}
}
