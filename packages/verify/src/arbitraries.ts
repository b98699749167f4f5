import { type Node, type Shape, tensor } from '@pullback/core';
import {
	checkedCount,
	checkedFinite,
	checkedObject,
	checkedOptions,
	checkedShape,
	describe,
} from '@pullback/core/arguments';
import fc from 'fast-check';
import { checkedDomain, type Domain, real } from './domain.ts';
import { plainNumbers } from './plainNumbers.ts';

/** How large random shapes get. */
export interface ShapeConstraints {
	readonly minRank?: number;
	/** 3 if left out. */
	readonly maxRank?: number;
	/** 0 if left out: empty tensors are tensors. */
	readonly minLength?: number;
	/** 3 if left out, and now and then one of up to 8. */
	readonly maxLength?: number;
}

/** The number of shapes for each one with a long axis, where no length was asked for. */
const shortWeight = 7;

/** Shapes, scalars and empty ones among them; now and then one axis is longer than 3, unless told how long it may be. */
export function shapes(constraints?: ShapeConstraints): fc.Arbitrary<number[]> {
	return shapesAs('shapes', constraints);
}

function shapesAs(
	operation: string,
	constraints: ShapeConstraints | undefined,
): fc.Arbitrary<number[]> {
	const {
		minRank = 0,
		maxRank = 3,
		minLength = 0,
		maxLength,
	} = checkedOptions(operation, constraints, ['minRank', 'maxRank', 'minLength', 'maxLength']);
	checkedRange(operation, 'Rank', minRank, maxRank, maxAxes);
	checkedRange(
		operation,
		'Length',
		minLength,
		maxLength ?? Math.max(3, minLength),
		maxDrawnElements,
	);
	const short = fc.array(fc.integer({ min: minLength, max: maxLength ?? Math.max(3, minLength) }), {
		minLength: minRank,
		maxLength: maxRank,
	});
	if (maxLength !== undefined || maxRank === 0) return short;
	const long = fc
		.tuple(short, fc.integer({ min: Math.max(4, minLength), max: 8 }), fc.nat(maxRank - 1))
		.map(([shape, length, axis]) =>
			shape.length === 0 ? [length] : shape.with(axis % shape.length, length),
		);
	return fc.oneof({ weight: shortWeight, arbitrary: short }, { weight: 1, arbitrary: long });
}

/** Several shapes that broadcast together: each is the common one less some leading axes, with some lengths 1. */
export function broadcastableShapes(
	count: number,
	constraints?: ShapeConstraints,
): fc.Arbitrary<number[][]> {
	checkedRange('broadcastableShapes', 'count', count, count, maxDrawnElements);
	return shapesAs('broadcastableShapes', constraints).chain((common) => {
		const one = fc
			.tuple(
				fc.nat(common.length),
				fc.array(fc.boolean(), { minLength: common.length, maxLength: common.length }),
			)
			.map(([drop, stretched]) =>
				common.map((length, axis) => (stretched[axis] ? 1 : length)).slice(drop),
			);
		return fc.array(one, { minLength: count, maxLength: count });
	});
}

/** Elements of tensors are multiples of its inverse: as many of every size, and simple ones, which f32 holds too. */
const grid = 2 ** 16;

/** Numbers at which a derivative may be wrong though it is right nearly everywhere. */
const special = [0, 1, -1, 0.5, -0.5, 2, -2] as const;
/** The number of ordinary elements for each that is special, or at an end of the domain. */
const ordinaryWeight = 7;

/** Numbers spread evenly over a domain, now and then a special one or an end; they shrink to plain ones. */
export function numbers(domain: Domain): fc.Arbitrary<number> {
	const spread = fc.oneof(...domain.map(numbersBetween));
	const ends = domain.flat().filter(Number.isFinite);
	const inside = special.filter((x) => domain.some(([low, high]) => low <= x && x <= high));
	const apart = [...new Set([...inside, ...ends])];
	const any =
		apart.length === 0
			? spread
			: fc.oneof(
					{ weight: ordinaryWeight, arbitrary: spread },
					{ weight: 1, arbitrary: fc.constantFrom(...apart) },
				);
	return plainNumbers(any, domain);
}

function numbersBetween([low, high]: Domain[number]): fc.Arbitrary<number> {
	const [min, max] = [Math.ceil(low * grid), Math.floor(high * grid)];
	if (min <= max && Number.isSafeInteger(min) && Number.isSafeInteger(max))
		return fc.integer({ min, max }).map((multiple) => multiple / grid);
	// Of all doubles, most are nearly 0.
	return fc.double({ min: low, max: high, noNaN: true, noDefaultInfinity: true });
}

/** f64 tensors of a shape with elements in a domain, spread evenly over it; they shrink to plain numbers. */
export function tensors(shape: Shape, domain: Domain = real): fc.Arbitrary<Node> {
	return tensorsOf(drawable('tensors', shape), numbers(checkedDomain('tensors', domain)));
}

/** f64 tensors of a shape with elements of any kind. */
export function tensorsOf(shape: Shape, element: fc.Arbitrary<number>): fc.Arbitrary<Node> {
	const size = sizeOf(shape);
	return fc
		.array(element, { minLength: size, maxLength: size })
		.map((drawn) => tensor(Float64Array.from(drawn), { shape }));
}

/**
 * `count` f64 vectors of one length, operands of what works on each element by itself. They shrink to the elements
 * that matter, wherever these are: a fault in one element leaves vectors of one. Empty ones are among them.
 */
export function vectors(
	count: number,
	domain: Domain = real,
	constraints?: Pick<ShapeConstraints, 'maxLength'>,
): fc.Arbitrary<Node[]> {
	const { maxLength = 10 } = checkedOptions('vectors', constraints, ['maxLength']);
	checkedRange('vectors', 'count', count, count, maxDrawnElements);
	checkedRange('vectors', 'maxLength', maxLength, maxLength, maxDrawnElements);
	const one = fc.array(numbers(checkedDomain('vectors', domain)), {
		minLength: count,
		maxLength: count,
	});
	return fc
		.array(one, { maxLength })
		.map((columns) =>
			Array.from({ length: count }, (_, i) =>
				tensor(Float64Array.from(columns, (column) => column[i] ?? 0)),
			),
		);
}

/** f64 tensors of a shape whose elements all differ by at least a tenth, for what depends on their order. */
export function distinctTensors(shape: Shape): fc.Arbitrary<Node> {
	const size = sizeOf(drawable('distinctTensors', shape));
	const grid = Array.from({ length: 2 * size }, (_, i) => (i - size + 0.5) / 10);
	return fc
		.shuffledSubarray(grid, { minLength: size, maxLength: size })
		.map((elements) => tensor(Float64Array.from(elements), { shape }));
}

/** i32 tensors of a shape with elements from `min` to `max`, both included: indices. */
export function integerTensors(shape: Shape, min: number, max: number): fc.Arbitrary<Node> {
	return integers('integerTensors', shape, min, max);
}

function integers(operation: string, shape: Shape, min: number, max: number): fc.Arbitrary<Node> {
	const size = sizeOf(drawable(operation, shape));
	for (const bound of [checkedFinite(operation, 'min', min), checkedFinite(operation, 'max', max)])
		if ((bound | 0) !== bound)
			throw new RangeError(
				`${operation}: bound ${bound}; it must be a whole number that i32 holds`,
			);
	if (min > max)
		throw new RangeError(`${operation}: from ${min} to ${max}; the first must not be greater`);
	return fc
		.array(fc.integer({ min, max }), { minLength: size, maxLength: size })
		.map((elements) => tensor(Int32Array.from(elements), { shape }));
}

/** Labels of a shape: i32 tensors of classes from 0, before `classes`. */
export function labels(shape: Shape, classes: number): fc.Arbitrary<Node> {
	return integers('labels', shape, 0, checkedCount('labels', 'classes', classes) - 1);
}

/** Cotangents for an output of a shape: f64 numbers of either sign. */
export function cotangents(shape: Shape): fc.Arbitrary<Node> {
	return tensorsOf(drawable('cotangents', shape), numbers([[-2, 2]]));
}

/** The longest random program: a longer one would be drawn and shrunk for ever. */
const maxInstructions = 10_000;

/** How long random programs may get. */
export function checkedLength(operation: string, name: string, length: number): number {
	if (checkedCount(operation, name, length) < 1 || length > maxInstructions)
		throw new RangeError(
			`${operation}: ${name} is ${length}; it must be from 1 to ${maxInstructions}`,
		);
	return length;
}

/** An arbitrary of fast-check that a user passed. */
export function checkedArbitrary<T>(
	operation: string,
	name: string,
	arbitrary: fc.Arbitrary<T>,
): fc.Arbitrary<T> {
	const { generate, shrink } = checkedObject(operation, name, arbitrary);
	if (typeof generate !== 'function' || typeof shrink !== 'function')
		throw new TypeError(
			`${operation}: ${name} is ${describe(arbitrary)}; it must be an arbitrary of fast-check`,
		);
	return arbitrary;
}

/** The largest random tensor: to draw and shrink a larger one would take for ever. */
const maxDrawnElements = 1_000_000;
/** The largest number of axes of a tensor. */
const maxAxes = 64;

/** A shape of which tensors can be drawn. */
export function drawable(operation: string, shape: Shape): Shape {
	const lengths = checkedShape(operation, shape);
	if (sizeOf(lengths) > maxDrawnElements)
		throw new RangeError(
			`${operation}: ${sizeOf(lengths)} elements; the most to draw are ${maxDrawnElements}`,
		);
	return lengths;
}

function checkedRange(
	operation: string,
	name: string,
	min: number,
	max: number,
	most: number,
): void {
	checkedCount(operation, min === max ? name : `min${name}`, min);
	checkedCount(operation, min === max ? name : `max${name}`, max);
	if (min > max || max > most)
		throw new RangeError(
			`${operation}: ${name} from ${min} to ${max}; the first must not be greater, and the most is ${most}`,
		);
}

function sizeOf(shape: Shape): number {
	return shape.reduce((size, length) => size * length, 1);
}
