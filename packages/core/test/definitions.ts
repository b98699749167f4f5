import { mathFunctions } from '../src/wasm/math/table.ts';
import type { OperationName } from './derivatives.rows.ts';
import { type PreciseName, precise } from './functions.rows.ts';

/** An array as what it is: a shape, and an element at each index. */
export interface Plain {
	readonly shape: readonly number[];
	at(index: readonly number[]): number;
}

/** What a row computes of its operands, by loops over indices and the mathematics of single numbers. */
type Definition = (x: Plain, y: Plain) => Plain;

/** All indices of a shape, in row-major order. */
export function indicesOf(shape: readonly number[]): number[][] {
	return shape.reduce<number[][]>(
		(all, length) => all.flatMap((index) => Array.from({ length }, (_, i) => [...index, i])),
		[[]],
	);
}

const array = (shape: readonly number[], at: Plain['at']): Plain => ({ shape, at });
const elements = (x: Plain): number[] => indicesOf(x.shape).map((index) => x.at(index));
const lengthOf = (x: Plain, axis: number): number => x.shape[axis] ?? 1;

const each =
	(f: (x: number) => number): Definition =>
	(x) =>
		array(x.shape, (index) => f(x.at(index)));

/** Both operands stretched to a common shape: axes of length 1 repeat, missing ones lead. */
const both =
	(f: (x: number, y: number) => number): Definition =>
	(x, y) => {
		const rank = Math.max(x.shape.length, y.shape.length);
		const aligned = (a: Plain): number[] => [
			...new Array<number>(rank - a.shape.length).fill(1),
			...a.shape,
		];
		const [left, right] = [aligned(x), aligned(y)];
		const of = (a: Plain, index: readonly number[]): number =>
			a.at(index.slice(rank - a.shape.length).map((i, axis) => (a.shape[axis] === 1 ? 0 : i)));
		const shape = left.map((length, axis) => (length === 1 ? (right[axis] ?? 1) : length));
		return array(shape, (index) => f(of(x, index), of(y, index)));
	};

/** The elements along an axis, through the place of an index. */
const line = (x: Plain, axis: number, index: readonly number[]): number[] =>
	Array.from({ length: lengthOf(x, axis) }, (_, i) => x.at(index.with(axis, i)));
/** Each line along an axis made a number. */
const reduced = (x: Plain, axis: number, f: (line: readonly number[]) => number): Plain =>
	array(x.shape.toSpliced(axis, 1), (index) => f(line(x, axis, index.toSpliced(axis, 0, 0))));
/** Each line along an axis made another. */
const along = (x: Plain, axis: number, f: (line: readonly number[]) => number[]): Plain =>
	array(x.shape, (index) => f(line(x, axis, index))[index[axis] ?? 0] ?? Number.NaN);

const total = (line: readonly number[]): number => line.reduce((sum, x) => sum + x, 0);
const mean = (line: readonly number[]): number => total(line) / line.length;
const deviations = (line: readonly number[]): number =>
	total(line.map((x) => (x - mean(line)) ** 2));
const powers = (line: readonly number[], order: number): number =>
	total(line.map((x) => Math.abs(x) ** order)) ** (1 / order);
const logSumExp = (line: readonly number[]): number => Math.log(total(line.map(Math.exp)));
const ascending = (a: number, b: number): number => a - b;
const square = (x: number): number => x * x;
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
/** By its power series, which 60 terms exhaust for |x| < 4. */
const erf = (x: number): number => {
	let [term, sum] = [x, x];
	for (let n = 1; n < 60; n++) {
		term *= (-x * x) / n;
		sum += term / (2 * n + 1);
	}
	return (2 / Math.sqrt(Math.PI)) * sum;
};

/** The axis that rows reduce. */
const middle = (x: Plain): number => Math.floor(x.shape.length / 2);
const squares = each(square);
const sines = each(Math.sin);
/** Rows of comparisons compute f(x, y) x + y. */
const whether = (f: (x: number, y: number) => boolean): Definition =>
	both((x, y) => (f(x, y) ? x : 0) + y);
/** Rows of whole numbers found along the first axis add its sum to them. */
const withSum =
	(f: (line: readonly number[]) => number): Definition =>
	(x) =>
		reduced(x, 0, (line) => f(line) + total(line));
const product = (x: Plain, y: Plain): Plain => {
	const [m, k, n] = [lengthOf(x, x.shape.length - 2), x.shape.at(-1) ?? 0, y.shape.at(-1) ?? 0];
	const terms = Array.from({ length: k }, (_, i) => i);
	const batch = x.shape.slice(0, -2);
	return array([...batch, m, n], (index) => {
		const [row = 0, column = 0] = index.slice(-2);
		const lead = index.slice(0, -2);
		const shared = lead.map((i, axis) => (y.shape[axis] === 1 ? 0 : i));
		return total(terms.map((i) => x.at([...lead, row, i]) * y.at([...shared, i, column])));
	});
};
/** What a kernel is multiplied with: images behind zeros, and how it goes over them. */
interface Windows {
	readonly stride: readonly number[];
	readonly dilation: readonly number[];
	readonly low: readonly number[];
	readonly lengths: readonly number[];
}

/** Cross-correlation of images [N, G, C, ...] with kernels [G, O, C, ...], each sum by itself: [N, G, O, ...]. */
const correlation = (x: Plain, w: Plain, { stride, dilation, low, lengths }: Windows): Plain => {
	const [images = 0, groups = 0, channels = 0, ...sizes] = x.shape;
	return array([images, groups, lengthOf(w, 1), ...lengths], ([n = 0, g = 0, o = 0, ...p]) =>
		total(
			indicesOf([channels, ...w.shape.slice(3)]).map(([c = 0, ...k]) => {
				const at = p.map(
					(i, d) => i * (stride[d] ?? 1) + (k[d] ?? 0) * (dilation[d] ?? 1) - (low[d] ?? 0),
				);
				const isInside = at.every((i, d) => i >= 0 && i < (sizes[d] ?? 0));
				return isInside ? x.at([n, g, c, ...at]) * w.at([g, o, c, ...k]) : 0;
			}),
		),
	);
};

/** What puts kernels [G, O, C, ...] where elements of images [N, G, C, ...] lie, times these: [N, G, O, ...]. */
const transposedCorrelation = (
	x: Plain,
	w: Plain,
	{ stride, dilation, low, lengths }: Windows,
): Plain => {
	const [images = 0, groups = 0, channels = 0, ...sizes] = x.shape;
	return array([images, groups, lengthOf(w, 1), ...lengths], ([n = 0, g = 0, o = 0, ...at]) =>
		total(
			indicesOf([channels, ...sizes]).flatMap(([c = 0, ...p]) =>
				indicesOf(w.shape.slice(3))
					.filter((k) =>
						k.every(
							(i, d) =>
								(p[d] ?? 0) * (stride[d] ?? 1) + i * (dilation[d] ?? 1) - (low[d] ?? 0) === at[d],
						),
					)
					.map((k) => x.at([n, g, c, ...p]) * w.at([g, o, c, ...k])),
			),
		),
	);
};

/** [N, G, O, ...] with the groups' channels as one axis. */
const together = (z: Plain): Plain => {
	const [images = 0, groups = 0, outputs = 0, ...lengths] = z.shape;
	return array([images, groups * outputs, ...lengths], ([n = 0, channel = 0, ...p]) =>
		z.at([n, Math.floor(channel / outputs), channel % outputs, ...p]),
	);
};

const held = (position: number, length: number): number =>
	Math.min(Math.max(position, 0), length - 1);
/** An image of one channel at a position, by hat functions around all of its pixels. */
const betweenPixels = (x: Plain, row: number, column: number): number => {
	const hat = (distance: number): number => Math.max(0, 1 - Math.abs(distance));
	return total(
		indicesOf(x.shape).map((index) => {
			const [, , i = 0, j = 0] = index;
			return x.at(index) * hat(row - i) * hat(column - j);
		}),
	);
};
/** Negative indices count from the end. */
const picked = (x: Plain, indices: Plain, position: number): number => {
	const index = indices.at([position]);
	return index < 0 ? index + lengthOf(x, 0) : index;
};
const rowsOf = (x: Plain, indices: Plain): Plain =>
	array([lengthOf(indices, 0), ...x.shape.slice(1)], ([position = 0, ...rest]) =>
		x.at([picked(x, indices, position), ...rest]),
	);

const functions = Object.fromEntries(
	Object.entries(precise).map(([name, f]) => [
		name,
		mathFunctions[name as PreciseName].arity === 1 ? each((x) => f(x, 0)) : both(f),
	]),
) as { readonly [Name in PreciseName]: Definition }; // one for each

/** Strides and dilations of rows and columns, by the lengths of an image. */
const spreads = ({ shape }: Plain): readonly [[number, number], [number, number]] => {
	const [rows = 0, columns = 0] = shape.slice(-2).map((length) => length % 2);
	return [
		[1 + rows, 1 + columns],
		[1 + columns, 2 - rows],
	];
};
const windowCounts = (
	shape: readonly number[],
	size: number,
	stride: readonly [number, number],
	dilation: readonly [number, number],
	padding: readonly [number, number],
): [number, number] => {
	const along = (axis: 0 | 1): number => {
		let count = 0;
		const length = (shape.at(axis - 2) ?? 0) + 2 * padding[axis];
		while (count * stride[axis] + dilation[axis] * (size - 1) < length) count++;
		return count;
	};
	return [along(0), along(1)];
};

/** For an axis of some length: of each of its windows, the places in it. */
type Cells = (length: number) => number[][];
const pairs: Cells = (length) =>
	Array.from({ length: Math.floor(length / 2) }, (_, i) => [2 * i, 2 * i + 1]);
const neighbours: Cells = (length) => Array.from({ length: length - 1 }, (_, i) => [i, i + 1]);
const paddedPairs: Cells = (length) =>
	Array.from({ length: Math.floor(length / 2) + 1 }, (_, i) =>
		[2 * i - 1, 2 * i].filter((at) => at >= 0 && at < length),
	);
const halves: Cells = (length) => {
	const all = Array.from({ length }, (_, i) => i);
	return [all.slice(0, Math.ceil(length / 2)), all.slice(Math.floor(length / 2))];
};
const greatest = (line: readonly number[]): number => Math.max(...line);
/** The elements of each window over the last axes, made a number. */
const pool = (
	x: Plain,
	axes: number,
	cells: Cells,
	f: (line: readonly number[]) => number,
): Plain => {
	const own = x.shape.slice(-axes).map(cells);
	const lead = x.shape.length - axes;
	return array([...x.shape.slice(0, lead), ...own.map(({ length }) => length)], (index) => {
		const places = own.reduce<number[][]>(
			(all, each, axis) =>
				all.flatMap((place) => (each[index[lead + axis] ?? 0] ?? []).map((at) => [...place, at])),
			[index.slice(0, lead)],
		);
		return f(places.map((place) => x.at(place)));
	});
};

/** Zeros where an element is not the greatest of a pair, of a pair of pairs ..., along the last axes. */
const greatestOfPairs = (x: Plain, axes: number): Plain => {
	const lead = x.shape.length - axes;
	const greatestOnes = pool(x, axes, pairs, greatest);
	return array(x.shape, (index) => {
		const pair = index.map((at, axis) => (axis < lead ? at : Math.floor(at / 2)));
		const isPaired = pair.every((at, axis) => at < lengthOf(greatestOnes, axis));
		return isPaired && x.at(index) === greatestOnes.at(pair) ? x.at(index) : 0;
	});
};

/** A definition for every operation, or where else its values are checked. */
export const definitions: { readonly [Name in OperationName]: Definition | string } = {
	constant: each((x) => 2 * x),
	variable: each((x) => 2 * x),
	input: (x) => array([1, ...x.shape], ([, ...rest]) => square(x.at(rest))),
	iota: (x) => {
		const all = elements(x);
		return array([all.length], ([i = 0]) => i * (all[i] ?? 0));
	},
	zerosLike: each((x) => x),
	onesLike: each((x) => x),
	randomBits: 'published vectors in `random.test.ts`',

	add: both((x, y) => x + y),
	sub: both((x, y) => x - y),
	mul: both((x, y) => x * y),
	div: both((x, y) => x / y),
	neg: each((x) => -x),
	reciprocal: each((x) => 1 / x),
	square: squares,
	sqrt: each((x) => x ** 0.5),
	rsqrt: each((x) => x ** -0.5),
	exp: each((x) => Math.E ** x),
	expm1: each((x) => Math.exp(x) - 1),
	log: each((x) => Math.log2(x) * Math.LN2),
	log1p: each((x) => Math.log(1 + x)),
	sin: sines,
	cos: each(Math.cos),
	tanh: each((x) => 1 - 2 / (Math.exp(2 * x) + 1)),
	erf: each(erf),
	...functions,
	zeta: each((x) => precise.zeta(3, x)),
	floorDivide: both((x, y) => precise.floorDivide(x, y) * x),
	pow: both((x, y) => Math.exp(y * Math.log(x))),
	abs: each((x) => (x < 0 ? -x : x)),
	sign: each((x) => (x < 0 ? -x : x)),
	floor: each((x) => Math.floor(x) * x),
	ceil: each((x) => Math.ceil(x) * x),
	round: each((x) => Math.round(x) * x),
	maximum: both((x, y) => Math.max(x, y)),
	minimum: both((x, y) => Math.min(x, y)),
	clip: each((x) => Math.min(Math.max(x, -1), 2)),
	cast: squares,
	identity: each((x) => x),
	after: squares,
	stopGradient: squares,
	checkFinite: squares,
	detach: squares,
	less: whether((x, y) => x < y),
	lessEqual: whether((x, y) => x <= y),
	greater: whether((x, y) => x > y),
	greaterEqual: whether((x, y) => x >= y),
	equal: whether((x, y) => x === y),
	notEqual: whether((x, y) => x !== y),
	isNaN: each((x) => x),
	isFinite: each((x) => x),
	logicalAnd: whether((x, y) => x < y && x < 0),
	logicalOr: whether((x, y) => x < y || x < 0),
	logicalXor: whether((x, y) => x < y !== x < 0),
	logicalNot: whether((x, y) => !(x < y)),
	where: both((x, y) => (x < y ? x * x : Math.sin(y))),

	relu: each((x) => Math.max(x, 0)),
	leakyRelu: each((x) => (x > 0 ? x : 0.2 * x)),
	elu: each((x) => (x > 0 ? x : 1.5 * (Math.exp(x) - 1))),
	gelu: each((x) => (x * (1 + erf(x / Math.SQRT2))) / 2),
	sigmoid: each(sigmoid),
	logSigmoid: each((x) => Math.log(sigmoid(x))),
	softplus: each((x) => Math.log(1 + Math.exp(x))),
	silu: each((x) => x * sigmoid(x)),
	mish: each((x) => x * Math.tanh(Math.log(1 + Math.exp(x)))),
	hardtanh: each((x) => Math.min(Math.max(x, -1), 0.5)),
	relu6: each((x) => Math.min(Math.max(3 * x, 0), 6)),
	hardsigmoid: each((x) => Math.min(Math.max(2 * x + 3, 0), 6) / 6),
	hardswish: each((x) => (2 * x * Math.min(Math.max(2 * x + 3, 0), 6)) / 6),
	softmin: (x) =>
		along(x, middle(x), (line) => {
			const negated = line.map((value) => -value);
			return negated.map((value) => Math.exp(value - logSumExp(negated)));
		}),
	glu: each((x) => x * sigmoid(x * x)),
	step: each((x) => Math.max(x, 0)),

	sum: (x, y) => reduced(squares(x, y), middle(x), total),
	prod: (x) =>
		x.shape.length === 0 ? x : reduced(x, 0, (line) => line.reduce((all, each) => all * each, 1)),
	mean: (x, y) => {
		const kept = x.shape.with(middle(x), 1);
		const means = reduced(squares(x, y), middle(x), mean);
		return array(kept, (index) => means.at(index.toSpliced(middle(x), 1)));
	},
	max: (x) => {
		const f = each((value) => value * value + 3 * value)(x, x);
		return reduced(f, middle(x), (line) => Math.max(...line) ** 2);
	},
	min: (x) => reduced(x, 0, (line) => Math.min(...line) ** 2),
	amax: (x) => reduced(x, middle(x), (line) => Math.max(...line) ** 2),
	amin: (x) => array([], () => Math.min(...elements(x)) ** 2),
	any: withSum((line) => (line.some((x) => x > 0) ? 1 : 0)),
	all: withSum((line) => (line.every((x) => x > 0) ? 1 : 0)),
	argmax: withSum((line) => line.indexOf(Math.max(...line))),
	argmin: withSum((line) => line.indexOf(Math.min(...line))),
	cumsum: (x, y) =>
		along(squares(x, y), middle(x), (line) => line.map((_, i) => total(line.slice(0, i + 1)))),
	variance: (x) => reduced(x, 0, (line) => deviations(line) / (line.length - 1)),
	std: (x) => reduced(x, 0, (line) => Math.sqrt(deviations(line) / line.length)),
	norm: (x) => array([3], ([i = 0]) => powers(elements(x), [2, 3, 1][i] ?? 0)),
	logSumExp: (x) => reduced(x, middle(x), logSumExp),
	softmax: (x) =>
		along(x, middle(x), (line) => line.map((value) => Math.exp(value - logSumExp(line)))),
	logSoftmax: (x) => along(x, middle(x), (line) => line.map((value) => value - logSumExp(line))),
	sort: (x) => along(x, 0, (line) => line.toSorted(ascending).map(square)),
	argsort: (x) =>
		along(x, 0, (line) => {
			const sorted = line.toSorted(ascending);
			return line.map((value, i) => line.indexOf(sorted[i] ?? Number.NaN) + value);
		}),

	broadcast: (x) =>
		array([2, lengthOf(x, 0), 2, ...x.shape.slice(1)], ([, i = 0, , ...rest]) =>
			square(x.at([i, ...rest])),
		),
	broadcastTo: (x) => array([2, ...x.shape], ([, ...rest]) => square(x.at(rest))),
	reshape: (x) => array([...x.shape, 1], (index) => square(x.at(index.slice(0, -1)))),
	flatten: (x) => {
		const all = elements(x);
		return array([all.length], ([i = 0]) => Math.sin(all[i] ?? 0));
	},
	permute: (x) => array(x.shape.toReversed(), (index) => Math.sin(x.at(index.toReversed()))),
	transpose: (x) => array(x.shape.toReversed(), (index) => Math.sin(x.at(index.toReversed()))),
	expandDims: (x) => array([1, ...x.shape], ([, ...rest]) => Math.sin(x.at(rest))),
	squeeze: sines,
	slice: (x) => {
		const length = lengthOf(x, 0);
		return array([Math.ceil(length / 2), ...x.shape.slice(1)], ([i = 0, ...rest]) =>
			square(x.at([length - 1 - 2 * i, ...rest])),
		);
	},
	flip: (x) =>
		array(x.shape, (index) => Math.sin(x.at(index.map((i, axis) => lengthOf(x, axis) - 1 - i)))),
	pad: (x) =>
		array(
			x.shape.map((length) => length + Math.max(length - 1, 0) + 3),
			(index) => {
				const inner = index.map((i) => (i - 1) / 2);
				const inside = inner.every(
					(i, axis) => Number.isInteger(i) && i >= 0 && i < lengthOf(x, axis),
				);
				return inside ? square(x.at(inner)) : 3;
			},
		),
	concatenate: (x, y) => {
		const [first, second] = [lengthOf(x, 0), lengthOf(y, 0)];
		return array([first + second + first, ...x.shape.slice(1)], ([i = 0, ...rest]) => {
			if (i < first) return square(x.at([i, ...rest]));
			return square(
				i < first + second ? y.at([i - first, ...rest]) : x.at([i - first - second, ...rest]),
			);
		});
	},
	stack: (x, y) => array([...x.shape, 2], ([i = 0, j]) => square((j === 0 ? x : y).at([i]))),
	split: (x) => array([1, ...x.shape.slice(1)], (index) => square(x.at(index))),

	windows: (x) => {
		const [stride, dilation] = spreads(x);
		const counts = windowCounts(x.shape, 2, stride, dilation, [0, 0]);
		const lead = x.shape.slice(0, -2);
		return array([...lead, 2, 2, ...counts], (index) => {
			const [row = 0, column = 0, down = 0, right = 0] = index.slice(-4);
			const at = [stride[0] * down + dilation[0] * row, stride[1] * right + dilation[1] * column];
			return square(x.at([...index.slice(0, -4), ...at]));
		});
	},
	unfold: (x) => {
		const [stride, dilation] = spreads(x);
		const [down, right] = windowCounts(x.shape, 2, stride, dilation, [1, 0]);
		const [channels = 0, rows = 0] = x.shape.slice(-3);
		return array([...x.shape.slice(0, -3), 4 * channels, down * right], (index) => {
			const [place = 0, number = 0] = index.slice(-2);
			const row = stride[0] * Math.floor(number / right) + dilation[0] * ((place >> 1) & 1) - 1;
			const column = stride[1] * (number % right) + dilation[1] * (place & 1);
			const isInside = row >= 0 && row < rows;
			return isInside ? Math.sin(x.at([...index.slice(0, -2), place >> 2, row, column])) : 0;
		});
	},
	fold: (x) => {
		const count = lengthOf(x, 2);
		const width = count === 9 ? 4 : count === 4 ? 5 : 7;
		const [down, right] = count === 9 ? [1, 1] : count === 4 ? [2, 2] : [1, 3];
		const perRow = Math.floor((width - 2) / right) + 1;
		return array([lengthOf(x, 0), 1, 2, width], ([batch = 0, , row = 0, column = 0]) => {
			let sum = 0;
			for (let number = 0; number < count; number++)
				for (let place = 0; place < 4; place++) {
					const top = down * Math.floor(number / perRow) + (place >> 1) - 1;
					const left = right * (number % perRow) + (place & 1);
					if (top === row && left === column) sum += square(x.at([batch, place, number]));
				}
			return sum;
		});
	},

	matmul: product,
	convolution: (x, w) => {
		const [p = 0] = [Math.floor((lengthOf(x, 3) - 2 * (lengthOf(w, 3) - 1) - 1) / 2) + 1];
		const z = correlation(x, w, { stride: [2], dilation: [2], low: [0], lengths: [p] });
		const [n = 0, g = 0, o = 0] = z.shape;
		return array([g, o, n, p], ([group = 0, output = 0, image = 0, at = 0]) =>
			z.at([image, group, output, at]),
		);
	},
	conv1d: (x, w) => {
		const lengths = [Math.floor((lengthOf(x, 3) + 1 - lengthOf(w, 3)) / 2) + 1];
		return together(correlation(x, w, { stride: [2], dilation: [1], low: [1], lengths }));
	},
	conv2d: (x, w) => {
		const [k, l] = [lengthOf(w, 3), lengthOf(w, 4)];
		// Of an even number of zeros half lie before, of an odd one the lesser half.
		const low = [Math.floor((k - 1) / 2), Math.floor((2 * (l - 1)) / 2)];
		const lengths = x.shape.slice(3);
		return together(correlation(x, w, { stride: [1, 1], dilation: [1, 2], low, lengths }));
	},
	conv3d: (x, w) => {
		const stride = [1, 2, 1];
		const lengths = stride.map(
			(step, d) => Math.floor((lengthOf(x, 3 + d) - lengthOf(w, 3 + d)) / step) + 1,
		);
		const still = { dilation: [1, 1, 1], low: [0, 0, 0] };
		return together(correlation(x, w, { ...still, stride, lengths }));
	},
	convTranspose1d: (x, w) => {
		const lengths = [(lengthOf(x, 3) - 1) * 2 + lengthOf(w, 3) + 1 - 1];
		return together(transposedCorrelation(x, w, { stride: [2], dilation: [1], low: [1], lengths }));
	},
	convTranspose2d: (x, w) => {
		const lengths = [
			(lengthOf(x, 3) - 1) * 2 + lengthOf(w, 3),
			lengthOf(x, 4) - 1 + 2 * (lengthOf(w, 4) - 1) + 1,
		];
		return together(
			transposedCorrelation(x, w, { stride: [2, 1], dilation: [1, 2], low: [0, 0], lengths }),
		);
	},
	convTranspose3d: (x, w) => {
		const still = { stride: [1, 1, 1], dilation: [1, 1, 1], low: [0, 0, 0] };
		const lengths = x.shape.slice(3).map((length, d) => length + lengthOf(w, 3 + d) - 1);
		return together(transposedCorrelation(x, w, { ...still, lengths }));
	},
	dot: (x, y) => array([], () => total(elements(x).map((each, i) => each * y.at([i])))),
	outer: (x, y) => array([...x.shape, ...y.shape], ([i = 0, j = 0]) => x.at([i]) * y.at([j])),
	einsum: (x, y) => {
		const z = product(x, y);
		return array(z.shape.toReversed(), (index) => z.at(index.toReversed()));
	},
	// To 3 by 3 by hat functions of the distance, held at the ends; of sines.
	interpolate: (x) =>
		array([1, 1, 4, 4], ([, , i = 0, j = 0]) => {
			const [height, width] = [lengthOf(x, 2), lengthOf(x, 3)];
			const [y, z] = [
				held(((i + 0.5) * height) / 4 - 0.5, height),
				held(((j + 0.5) * width) / 4 - 0.5, width),
			];
			return betweenPixels(sines(x, x), y, z);
		}),
	gridSample: (x, grid) =>
		array([1, 1, 1, 2], ([, , i = 0, j = 0]) => {
			const [y, z] = [grid.at([0, i, j, 1]), grid.at([0, i, j, 0])];
			return betweenPixels(
				x,
				((y + 1) * lengthOf(x, 2) - 1) / 2,
				((z + 1) * lengthOf(x, 3) - 1) / 2,
			);
		}),
	pixelShuffle: (x) =>
		array([1, 2 * lengthOf(x, 1), 2 * lengthOf(x, 2)], ([, i = 0, j = 0]) =>
			Math.sin(x.at([2 * (i % 2) + (j % 2), Math.floor(i / 2), Math.floor(j / 2)])),
		),
	pixelUnshuffle: (x) =>
		array([4, lengthOf(x, 1) / 2, lengthOf(x, 2) / 2], ([k = 0, i = 0, j = 0]) =>
			Math.sin(x.at([0, 2 * i + Math.floor(k / 2), 2 * j + (k % 2)])),
		),

	// Each query sees the keys up to its own place, of width 2; the values are their sines.
	scaledDotProductAttention: (x, y) =>
		array(x.shape, ([i = 0, e = 0]) => {
			const seen = Array.from({ length: Math.min(i + 1, lengthOf(y, 0)) }, (_, j) => j);
			const score = (j: number): number =>
				(x.at([i, 0]) * y.at([j, 0]) + x.at([i, 1]) * y.at([j, 1])) / Math.SQRT2;
			const weights = seen.map((j) => Math.exp(score(j)));
			const weighed = seen.map((j) => (weights[j] ?? 0) * Math.sin(y.at([j, e])));
			return seen.length === 0 ? 0 : total(weighed) / total(weights);
		}),

	maxPool1d: (x) => squares(pool(x, 1, paddedPairs, greatest), x),
	maxPool2d: (x) => squares(pool(x, 2, neighbours, greatest), x),
	maxPool3d: (x) => squares(pool(x, 3, pairs, greatest), x),
	avgPool1d: (x) => pool(squares(x, x), 1, paddedPairs, mean),
	avgPool2d: (x) => pool(squares(x, x), 2, neighbours, mean),
	avgPool3d: (x) => pool(squares(x, x), 3, pairs, mean),
	adaptiveMaxPool1d: (x) => squares(pool(x, 1, halves, greatest), x),
	adaptiveMaxPool2d: (x) => squares(pool(x, 2, halves, greatest), x),
	adaptiveMaxPool3d: (x) => squares(pool(x, 3, halves, greatest), x),
	maxPool1dWithIndices: (x) => squares(pool(x, 1, paddedPairs, greatest), x),
	maxPool2dWithIndices: (x) => squares(pool(x, 2, neighbours, greatest), x),
	maxPool3dWithIndices: (x) => squares(pool(x, 3, pairs, greatest), x),
	adaptiveMaxPool1dWithIndices: (x) => squares(pool(x, 1, halves, greatest), x),
	adaptiveMaxPool2dWithIndices: (x) => squares(pool(x, 2, halves, greatest), x),
	adaptiveMaxPool3dWithIndices: (x) => squares(pool(x, 3, halves, greatest), x),
	maxUnpool1d: (x) => squares(greatestOfPairs(x, 1), x),
	maxUnpool2d: (x) => squares(greatestOfPairs(x, 2), x),
	maxUnpool3d: (x) => squares(greatestOfPairs(x, 3), x),
	adaptiveAvgPool1d: (x) => pool(squares(x, x), 1, halves, mean),
	adaptiveAvgPool2d: (x) => pool(squares(x, x), 2, halves, mean),
	adaptiveAvgPool3d: (x) => pool(squares(x, x), 3, halves, mean),

	gather: (x, indices) => rowsOf(squares(x, x), indices),
	take: (x, indices) => rowsOf(sines(x, x), indices),
	takeAlongAxis: (x, indices) => rowsOf(squares(x, x), indices),
	scatterAdd: (x, indices) =>
		array([3, ...x.shape.slice(1)], ([place, ...rest]) =>
			total(
				Array.from({ length: lengthOf(x, 0) }, (_, i) => {
					const at = (indices.at([i]) + 3) % 3;
					return at === place ? Math.sin(x.at([i, ...rest])) : 0;
				}),
			),
		),
	oneHot: (x, labels) =>
		array(x.shape, ([i = 0, j = 0]) => (labels.at([i]) === j ? square(x.at([i, j])) : 0)),
	custom: both((x, y) => x * Math.sin(y)),
};
