import type { Dialect } from '../pickle/dialect.ts';
import { PickleFunction, wrongCall } from '../pickle/function.ts';
import { latin1Bytes } from '../pickle/text.ts';
import { PickleObject, type StackValue, Tuple } from '../pickle/values.ts';
import { type Described, NumpyArray, tensorOf, wholeNumbers } from './array.ts';
import { NumpyDType } from './dtype.ts';

/** The class of arrays, which stands for itself as an argument and is never called. */
const ndarray = new PickleObject('the class numpy.ndarray');

/** An empty array, whose state follows. */
const reconstruct = new PickleFunction('numpy._reconstruct', (args, caller) => {
	const [type, shape, code] = args;
	const isEmpty = shape instanceof Tuple && shape.items.length === 1 && shape.items[0] === 0;
	const isByte = code === 'b' || (code instanceof Uint8Array && code.length === 1);
	if (args.length !== 3 || type !== ndarray || !isEmpty || !isByte)
		return wrongCall('numpy._reconstruct', args, caller);
	return new NumpyArray();
});

/** An array from its elements, as protocol 5 writes those that lie together in memory. */
const fromBuffer = new PickleFunction('numpy._frombuffer', (args, caller) => {
	const [data = null, dtype = null, shape = null, order, axisOrder] = args;
	const axes = axesOf(order, axisOrder, shape);
	if (axes === null || args.length !== (order === 'K' ? 5 : 4))
		return wrongCall('numpy._frombuffer', args, caller);
	return tensorOf({ data, dtype, shape, axes }, caller);
});

/** The order of axes: rows first, columns first, or in NumPy's own order of memory. */
function axesOf(
	order: StackValue | undefined,
	axisOrder: StackValue | undefined,
	shape: StackValue,
): Described['axes'] | null {
	if (order === 'C') return 'ascending';
	if (order === 'F') return 'descending';
	if (order !== 'K' || axisOrder === undefined) return null;
	const axes = wholeNumbers(axisOrder);
	const rank = wholeNumbers(shape)?.length;
	const isPermutation =
		axes?.length === rank && axes?.toSorted((a, b) => a - b).every((axis, i) => axis === i);
	return isPermutation ? axes : null;
}

/** One element, as a tensor without axes. */
const scalar = new PickleFunction('numpy.scalar', (args, caller) => {
	const [dtype = null, data = null] = args;
	if (args.length !== 2) return wrongCall('numpy.scalar', args, caller);
	return tensorOf({ dtype, data, shape: new Tuple([]), axes: 'ascending' }, caller);
});

const dtype = new PickleFunction('numpy.dtype', (args, caller) => new NumpyDType(args, caller));

/** The bytes of a text of Latin-1, as protocols 0 to 2 write bytes. */
const encode = new PickleFunction('_codecs.encode', (args, caller) => {
	const [text, encoding] = args;
	if (args.length !== 2 || typeof text !== 'string' || encoding !== 'latin1')
		return wrongCall('_codecs.encode', args, caller);
	return latin1Bytes(text, caller);
});

/** No bytes, as protocols 0 to 2 write those of an array without elements. */
const noBytes = new PickleFunction('bytes', (args, caller) =>
	args.length === 0 ? new Uint8Array(0) : wrongCall('bytes', args, caller),
);

/** All that a pickle may name, by module and name; NumPy 2 has modules under other names than NumPy 1. */
const names: ReadonlyMap<string, PickleObject> = new Map<string, PickleObject>([
	...['numpy.core', 'numpy._core'].flatMap((core): [string, PickleObject][] => [
		[`${core}.multiarray _reconstruct`, reconstruct],
		[`${core}.multiarray scalar`, scalar],
		[`${core}.numeric _frombuffer`, fromBuffer],
	]),
	['numpy ndarray', ndarray],
	['numpy dtype', dtype],
	['_codecs encode', encode],
	['__builtin__ bytes', noBytes],
	['builtins bytes', noBytes],
]);

/** Pickles of NumPy's arrays. */
export const numpyDialect: Dialect = {
	holds: "NumPy's arrays",
	advice: 'save arrays, numbers, text, lists and dictionaries',
	names,
};
