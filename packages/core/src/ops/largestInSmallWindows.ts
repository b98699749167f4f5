import { isFloating, ranges } from '../graph/dtype.ts';
import { type Node, record } from '../graph/node.ts';
import { indicesOf, sizeOf } from '../graph/shape.ts';
import { greaterEqual, logicalAnd, logicalOr, where } from './comparison.ts';
import { broadcastTo, reshape, slice } from './movement.ts';
import { overlapAdd, type Windows, windowCounts } from './overlapAdd.ts';
import { pad } from './padding.ts';
import { primitives } from './primitives.ts';
import { amax } from './reductions.ts';
import { type PaddedWindows, placeAxes } from './winnersInWindows.ts';
import { withDerivative } from './withDerivative.ts';

/**
 * The largest elements of windows of few places over the last axes of x. The first of equals, in row-major order, or the
 * first NaN, has all of the derivative, where `amax` shares it; padding has none.
 */
export function largestInSmallWindows(x: Node, given: PaddedWindows): Node {
	const { widths, ...windows } = given;
	const lowest = isFloating(x.dtype) ? -Infinity : ranges[x.dtype][0];
	const padded = pad(x, widths, { value: lowest });
	return largestOf(
		padded,
		windows,
		widths.map(([before]) => before),
	);
}

/** The same of x that is padded: the first `margin` elements of an axis have no derivative. */
function largestOf(x: Node, windows: Windows, margin: readonly number[]): Node {
	const y = amax(record(primitives.windows, [x], windows), placeAxes(x, windows.size));
	return withDerivative(y, x, {
		again: (x) => largestOf(x, windows, margin),
		vjp: (cotangent, x, y) => spread(cotangent, firstPlaces(x, y, windows, margin), x, windows),
		jvp: (tangent, x, y) => {
			const all = record(primitives.windows, [tangent], windows);
			const isFirst = isAt(firstPlaces(x, y, windows, margin), x, windows);
			return where(isFirst, all, 0).sum(placeAxes(x, windows.size));
		},
	});
}

/**
 * For each window the number of the first place, in row-major order, that has its largest element, or its first NaN, place by
 * place. Padding ties with elements that are -Infinity, but only what comes before the first element of x could win.
 */
function firstPlaces(x: Node, y: Node, windows: Windows, margin: readonly number[]): Node {
	const { size, stride, dilation } = windows;
	const lead = x.shape.length - size.length;
	const numbers = numbering(windows);
	return indicesOf(size).reduceRight((first, place, i, all) => {
		const number = numberOf(place, numbers);
		if (i === all.length - 1) return y.zerosLike().cast('i32').add(number);
		const elements = elementsAtPlace(x, place, windows);
		let wins = logicalOr(greaterEqual(elements, y), elements.isNaN());
		for (const [axis, width] of margin.entries()) {
			const rest = width - (dilation[axis] ?? 1) * (place[axis] ?? 0);
			if (rest <= 0) continue;
			const starts = positions(y, lead + axis, stride[axis] ?? 1);
			wins = logicalAnd(wins, starts.greaterEqual(rest));
		}
		return where(wins, number, first);
	}, y);
}

/** The cotangent of each window at its first place, and zeros elsewhere, added up in the shape of x. */
function spread(cotangent: Node, first: Node, x: Node, windows: Windows): Node {
	const { size, stride, dilation } = windows;
	const isInSteps = size.every((length, axis) => length === 1 || dilation[axis] === 1);
	const numbers = numbering(windows);
	const turns = numbers.map((length, axis) => length / (stride[axis] ?? 1));
	if (!isInSteps) {
		const chosen = where(isAt(first, x, windows), forPlaces(cotangent, x, windows), 0);
		return overlapAdd(chosen, windows, x.shape);
	}
	// Place `stride * turn + phase` of a window is `phase` elements after the start of the window `turn` further on.
	const lead = x.shape.slice(0, x.shape.length - size.length);
	const around = [
		...lead.map((): readonly [number, number] => [0, 0]),
		...turns.map((count): readonly [number, number] => [count - 1, count - 1]),
	];
	const [wideFirst, wideCotangent] = [pad(first, around), pad(cotangent, around)];
	const steps = turns.map((count, axis) => (first.shape[lead.length + axis] ?? 0) + count - 1);
	const shape = [...lead, ...steps.flatMap((count, axis) => [count, stride[axis] ?? 1])];
	const alone = [...lead, ...steps.flatMap((count) => [count, 1])];
	const all = record(primitives.iota, [], { shape: [sizeOf(numbers)], dtype: 'i32', axis: 0 });
	const byTurn = all.reshape(turns.flatMap((count, axis) => [count, stride[axis] ?? 1]));
	const parts = indicesOf(turns).map((turn) => {
		const moved = (node: Node): Node => {
			const part = slice(
				node,
				...lead.map(() => null),
				...turn.map((at, axis): readonly [number, number] => {
					const start = (turns[axis] ?? 1) - 1 - at;
					return [start, start + (steps[axis] ?? 0)];
				}),
			);
			return broadcastTo(reshape(part, alone), shape);
		};
		const own = slice(byTurn, ...turn.flatMap((at) => [[at, at + 1] as const, null]));
		return where(broadcastTo(own, shape).equal(moved(wideFirst)), moved(wideCotangent), 0);
	});
	const sum = parts.reduce((total, part) => total.add(part));
	const flat = sum.reshape([...lead, ...steps.map((count, axis) => count * (stride[axis] ?? 1))]);
	const cut = slice(flat, ...x.shape.map((length): readonly [number, number] => [0, length]));
	return pad(
		cut,
		cut.shape.map((length, axis): readonly [number, number] => [0, (x.shape[axis] ?? 0) - length]),
	);
}

/** The lengths by which places are numbered in row-major order: whole strides, so that each turn has as many. */
function numbering({ size, stride }: Windows): number[] {
	return size.map((length, axis) => {
		const step = stride[axis] ?? 1;
		return Math.ceil(length / step) * step;
	});
}

function numberOf(place: readonly number[], numbers: readonly number[]): number {
	return place.reduce((number, at, axis) => number * (numbers[axis] ?? 1) + at, 0);
}

/** The elements of all windows at one place. */
function elementsAtPlace(x: Node, place: readonly number[], windows: Windows): Node {
	const lead = x.shape.length - place.length;
	const counts = windowCounts(x.shape.slice(lead), windows);
	return slice(
		x,
		...x.shape.slice(0, lead).map(() => null),
		...place.map((at, axis): readonly [number, number, number] => {
			const [start, step] = [at * (windows.dilation[axis] ?? 1), windows.stride[axis] ?? 1];
			return [start, start + ((counts[axis] ?? 0) - 1) * step + 1, step];
		}),
	);
}

/** The positions along an axis of a Node, times a factor. */
function positions({ shape }: Node, axis: number, factor: number): Node {
	return record(primitives.iota, [], { shape, dtype: 'i32', axis }).mul(factor);
}

/** What there is one of for each window over the last axes of x, for each place in it. */
function forPlaces(y: Node, x: Node, { size }: Windows): Node {
	const lead = x.shape.length - size.length;
	const [before, counts] = [y.shape.slice(0, lead), y.shape.slice(lead)];
	return y
		.reshape([...before, ...size.map(() => 1), ...counts])
		.broadcastTo([...before, ...size, ...counts]);
}

/** The number of each place, for all windows over the last axes of x, of which y has one element each. */
function placeNumbers(x: Node, y: Node, windows: Windows): Node {
	const { size } = windows;
	const lead = x.shape.length - size.length;
	const numbers = numbering(windows);
	const all = record(primitives.iota, [], { shape: [sizeOf(numbers)], dtype: 'i32', axis: 0 });
	const own = slice(all.reshape(numbers), ...size.map((length) => [0, length] as const));
	const counts = y.shape.slice(lead);
	return own
		.reshape([...size, ...counts.map(() => 1)])
		.broadcastTo([...y.shape.slice(0, lead), ...size, ...counts]);
}

/** Whether a place of a window is its first. */
function isAt(first: Node, x: Node, windows: Windows): Node {
	return placeNumbers(x, first, windows).equal(forPlaces(first, x, windows));
}
