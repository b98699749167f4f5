import { type DType, dtypes, type Node, where } from '@pullback/core';
import fc from 'fast-check';
import { broadcastableShapes } from '../arbitraries.ts';
import { Application, agreement, type Law } from './law.ts';
import { anyDType, anyTensors, smallShapes } from './tensors.ts';

const isNumber = (dtype: DType): boolean => dtype !== 'bool';
const isFloating = (dtype: DType): boolean => dtype === 'f32' || dtype === 'f64';

type Unary = readonly [name: string, takes: (dtype: DType) => boolean, f: (x: Node) => Node];
type Binary = readonly [
	name: string,
	takes: (dtype: DType) => boolean,
	f: (x: Node, y: Node) => Node,
];

const every = (): boolean => true;

const unary: readonly Unary[] = [
	['neg', isNumber, (x) => x.neg()],
	['abs', isNumber, (x) => x.abs()],
	['sign', isNumber, (x) => x.sign()],
	['floor', isNumber, (x) => x.floor()],
	['ceil', isNumber, (x) => x.ceil()],
	['round', isNumber, (x) => x.round()],
	['relu', isNumber, (x) => x.relu()],
	['logicalNot', every, (x) => x.logicalNot()],
	['isNaN', every, (x) => x.isNaN()],
	['sqrt', every, (x) => x.sqrt()],
	['reciprocal', every, (x) => x.reciprocal()],
	...(
		[
			'exp',
			'expm1',
			'exp2',
			'log',
			'log1p',
			'log2',
			'log10',
			'sin',
			'cos',
			'tan',
			'asin',
			'acos',
			'atan',
			'sinh',
			'cosh',
			'tanh',
			'asinh',
			'acosh',
			'atanh',
			'sigmoid',
			'erf',
			'erfinv',
			'lgamma',
			'digamma',
			'gelu',
			'softplus',
		] as const
	).map((name): Unary => [name, isFloating, (x) => x[name]()]),
];

const binary: readonly Binary[] = [
	['add', every, (x, y) => x.add(y)],
	['sub', isNumber, (x, y) => x.sub(y)],
	['mul', every, (x, y) => x.mul(y)],
	['div', isNumber, (x, y) => x.div(y)],
	['maximum', every, (x, y) => x.maximum(y)],
	['minimum', every, (x, y) => x.minimum(y)],
	['less', every, (x, y) => x.less(y)],
	['lessEqual', every, (x, y) => x.lessEqual(y)],
	['equal', every, (x, y) => x.equal(y)],
	['logicalAnd', every, (x, y) => x.logicalAnd(y)],
	['logicalOr', every, (x, y) => x.logicalOr(y)],
	['where', every, (x, y) => x.less(y).where(x, y)],
	['pow', isFloating, (x, y) => x.pow(y)],
	['atan2', isFloating, (x, y) => x.atan2(y)],
	['mod', isFloating, (x, y) => x.mod(y)],
	['floorDivide', isFloating, (x, y) => x.floorDivide(y)],
];

/** In another dtype, with 1 for every number that no dtype of whole numbers holds. */
function castWithin(x: Node, dtype: DType): Node {
	if (!isFloating(x.dtype)) return x.cast(dtype);
	return where(x.greater(-1).logicalAnd(x.less(256)), x, 1).cast(dtype);
}

/** Some of the operations of a table that take a dtype: a program of all of them would take long to compile. */
function someTaking<Row extends readonly [string, (dtype: DType) => boolean, unknown]>(
	rows: readonly Row[],
	dtype: DType,
): fc.Arbitrary<Row[]> {
	const able = rows.filter(([, takes]) => takes(dtype));
	return fc.shuffledSubarray(able, { minLength: 1, maxLength: Math.min(8, able.length) });
}

export const elementwiseLaws: readonly Law[] = [
	agreement(
		'operations on elements are the interpreter’s, in every dtype that they take',
		fc
			.tuple(anyDType, smallShapes(0, 3))
			.chain(([dtype, shape]) => fc.tuple(someTaking(unary, dtype), anyTensors(shape, dtype)))
			.map(([rows, x]) => {
				const application = new Application((a) => rows.map(([, , f]) => f(a as Node)), [x]);
				application.name = rows.map(([name]) => name).join(', ');
				return application;
			}),
	),
	agreement(
		'operations on pairs of elements are the interpreter’s, however their shapes broadcast',
		fc
			.tuple(anyDType, broadcastableShapes(2, { maxRank: 3, maxLength: 5 }))
			.chain(([dtype, [left = [], right = []]]) =>
				fc.tuple(someTaking(binary, dtype), anyTensors(left, dtype), anyTensors(right, dtype)),
			)
			.map(([rows, ...inputs]) => {
				const f = (a?: Node, b?: Node): Node[] => rows.map(([, , f]) => f(a as Node, b as Node));
				const application = new Application(f, inputs);
				application.name = rows.map(([name]) => name).join(', ');
				return application;
			}),
	),
	agreement(
		'operations on elements of two dtypes are the interpreter’s',
		fc
			.shuffledSubarray([...dtypes], { minLength: 2, maxLength: 3 })
			.chain((some) => fc.tuple(...some.map((dtype) => anyTensors([9], dtype))))
			.map(
				(inputs) =>
					new Application(
						(...all) =>
							all.flatMap((x) =>
								all.flatMap((y) => [x.add(y), x.mul(y), x.maximum(y), x.lessEqual(y)]),
							),
						inputs,
					),
			),
	),
	agreement(
		'casts, one after another, give the interpreter’s numbers',
		fc
			.tuple(anyDType, fc.array(fc.constantFrom(...dtypes), { minLength: 1, maxLength: 5 }))
			.chain(([first, others]) =>
				anyTensors([9], first).map(
					(x) =>
						new Application(
							(a) => {
								const all = [a as Node];
								for (const dtype of others) all.push(castWithin(all.at(-1) as Node, dtype)); // never empty
								return all;
							},
							[x],
						),
				),
			),
	),
];
