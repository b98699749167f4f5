import { checkedCount, checkedNumber, checkedOptions } from '../graph/arguments.ts';
import { checkedDType, type DType, isFloating } from '../graph/dtype.ts';
import { DTypeError, ShapeError } from '../graph/errors.ts';
import { type Node, record } from '../graph/node.ts';
import { checkedShape, formatShape, type Shape } from '../graph/shape.ts';
import { castTo, checkFits, constant, type Operand, toNode } from './operand.ts';
import { primitives } from './primitives.ts';
import { argsort } from './sorting.ts';

// The words of one key are numbered by a 64-bit counter: low half the position, high half one of these
// streams, so that a key's numbers and the keys split from it never meet.
const numbers = 0;
const keys = 1;

/** A key of the random stream that `seed`, a whole number, names: i32 [2], to be passed on explicitly. */
export function randomKey(seed: number): Node {
	checkedNumber('randomKey', 'seed', seed);
	if (!Number.isSafeInteger(seed))
		throw new RangeError(`randomKey: seed ${seed}; it must be a whole number up to 2^53 - 1`);
	return constant(Int32Array.of(Math.floor(seed / 2 ** 32), seed), [2], 'i32');
}

/** `count` keys whose streams are independent of each other's and of the given one's: i32 [count, 2]. */
export function splitKey(key: Operand, count = 2): Node {
	return words('splitKey', key, [checkedCount('splitKey', 'count', count), 2], 32, keys);
}

/** Uniform i32 numbers over their whole range: Threefry 2x32 (Salmon et al. 2011), 20 rounds. */
export function randomBits(key: Operand, shape: Shape): Node {
	return words('randomBits', key, shape, 32, numbers);
}

/** The range and dtype of uniform numbers. */
export interface UniformOptions {
	readonly low?: number;
	readonly high?: number;
	readonly dtype?: DType;
}

/**
 * Uniform numbers from `low` (0), before `high` (1), with 24 random bits in f32 and 53 in f64. Of other bounds the dtype
 * may round a number to `high` itself, as NumPy and PyTorch do. Throws RangeError unless both bounds and their difference
 * are finite in that dtype, and `low` is not above `high`.
 */
export function uniform(key: Operand, shape: Shape, options?: UniformOptions): Node {
	const {
		low = 0,
		high = 1,
		dtype = 'f32',
	} = checkedOptions('uniform', options, ['low', 'high', 'dtype']);
	checkedNumber('uniform', 'low', low);
	checkedNumber('uniform', 'high', high);
	const unit = unitUniform('uniform', key, shape, dtype);
	if (!(low <= high && [low, high, high - low].every((each) => isFiniteIn(dtype, each))))
		throw new RangeError(
			`uniform: from ${low}, before ${high}; both and their difference must be finite in ${dtype}, the first not above the second`,
		);
	return low === 0 && high === 1 ? unit : unit.mul(high - low).add(low);
}

/** The moments and dtype of normal numbers. */
export interface NormalOptions {
	readonly mean?: number;
	readonly std?: number;
	readonly dtype?: DType;
}

/**
 * Normal numbers of the given mean (0) and standard deviation (1), by Box and Muller's transformation. Throws RangeError
 * unless both are finite in the dtype, and the deviation is not negative.
 */
export function normal(key: Operand, shape: Shape, options?: NormalOptions): Node {
	const {
		mean = 0,
		std = 1,
		dtype = 'f32',
	} = checkedOptions('normal', options, ['mean', 'std', 'dtype']);
	checkedNumber('normal', 'mean', mean);
	checkedNumber('normal', 'std', std);
	const pair = words('normal', key, [2, 2], 32, keys);
	const radius = unitUniform('normal', pair.slice(0), shape, dtype).neg().log1p().mul(-2).sqrt();
	const angle = unitUniform('normal', pair.slice(1), shape, dtype).mul(2 * Math.PI);
	if (!isFiniteIn(dtype, mean))
		throw new RangeError(`normal: mean is ${mean}; it must be finite in ${dtype}`);
	if (!(std >= 0 && isFiniteIn(dtype, std)))
		throw new RangeError(`normal: std is ${std}; it must be finite in ${dtype}, and not below 0`);
	return radius.mul(angle.cos()).mul(std).add(mean);
}

/** Truth values that hold with probability `p` (one half): a number from 0 to 1, or a tensor of them. */
export function bernoulli(key: Operand, shape: Shape, options?: { readonly p?: Operand }): Node {
	const { p = 0.5 } = checkedOptions('bernoulli', options, ['p']);
	if (typeof p === 'number' && !(p >= 0 && p <= 1))
		throw new RangeError(`bernoulli: p is ${p}; a probability is from 0 to 1`);
	return unitUniform('bernoulli', key, shape, 'f32').less(toNode('bernoulli', p));
}

/** Whole numbers from `low` (0), before `high`, as i32. */
export function randomIntegers(
	key: Operand,
	shape: Shape,
	options: { readonly low?: number; readonly high: number },
): Node {
	const { low = 0, high } = checkedOptions('randomIntegers', options, ['low', 'high']);
	checkFits('randomIntegers', checkedNumber('randomIntegers', 'low', low), 'i32');
	const end = checkedNumber('randomIntegers', 'high', high);
	if (!Number.isInteger(end) || low >= end)
		throw new RangeError(
			`randomIntegers: from ${low}, before ${end}; both must be whole numbers, the first less`,
		);
	checkFits('randomIntegers', end - 1, 'i32');
	const unit = unitUniform('randomIntegers', key, shape, 'f64');
	return castTo(
		unit
			.mul(end - low)
			.floor()
			.add(low),
		'i32',
	);
}

/** The whole numbers from 0, before `count`, in random order, as i32 [count]. */
export function permutation(key: Operand, count: number): Node {
	const shape = [checkedCount('permutation', 'count', count)];
	return argsort(unitUniform('permutation', key, shape, 'f64'));
}

/** Every multiple of 2^-24 (f32) or 2^-53 (f64) in [0, 1), equally likely: the arithmetic is exact. */
function unitUniform(operation: string, key: Operand, shape: Shape, dtype: DType): Node {
	const lengths = checkedShape(operation, shape);
	if (!isFloating(checkedDType(operation, dtype)))
		throw new DTypeError(`${operation}: got dtype ${dtype}, needs f32 or f64; cast the result`);
	if (dtype === 'f32')
		return castTo(words(operation, key, lengths, 24, numbers), 'f32').mul(2 ** -24);
	const pairs = castTo(words(operation, key, [...lengths, 2], 27, numbers), 'f64');
	const [high, low] = [lastIndex(pairs, 0).div(2).floor(), lastIndex(pairs, 1)];
	return high
		.mul(2 ** 27)
		.add(low)
		.mul(2 ** -53);
}

/** Whether a number rounds to a finite one in a dtype. */
function isFiniteIn(dtype: DType, x: number): boolean {
	return Number.isFinite(dtype === 'f32' ? Math.fround(x) : x);
}

function lastIndex(x: Node, index: number): Node {
	return x.slice(...x.shape.slice(1).map(() => null), index);
}

function words(operation: string, key: Operand, shape: Shape, bits: number, stream: number): Node {
	const node = toNode(operation, key);
	if (node.dtype !== 'i32')
		throw new DTypeError(
			`${operation}: the key is ${node.dtype}, must be i32; make it by randomKey`,
		);
	if (node.shape.length !== 1 || node.shape[0] !== 2)
		throw new ShapeError(
			`${operation}: the key has shape ${formatShape(node.shape)}, must be [2]; take one of split keys by slice`,
		);
	return record(primitives.randomBits, [node], {
		shape: checkedShape(operation, shape),
		bits,
		stream,
	});
}
