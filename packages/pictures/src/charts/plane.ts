import { formatShape, type Node, type Operand, ShapeError, tensor } from '@pullback/core';
import { checkedFunction, checkedObject, isPlain } from '@pullback/core/arguments';
import { asNode, extentOf } from './numbers.ts';
import { checkedRange } from './options.ts';

/** A function of two Nodes of one shape, element by element: z = f(x, y). */
export type PlaneFunction = (x: Node, y: Node) => Node;

/** Paths in the plane by name: tensors [n, 2] of positions, such as what each step of an optimiser reached. */
export interface Paths {
	readonly [name: string]: Operand;
}

/** A part of the plane. */
export interface Region {
	readonly x: readonly [low: number, high: number];
	readonly y: readonly [low: number, high: number];
}

/** A path that has been read. */
export interface Path {
	readonly name: string;
	readonly points: readonly { readonly x: number; readonly y: number }[];
	/** What cannot be drawn of it, in words; null if everything can. */
	readonly note: string | null;
}

/** The paths that a user gave, or sets of points, and what of them is beyond a region. */
export function checkedPaths(
	operation: string,
	paths: Paths | undefined,
	region: Region,
	what: 'path' | 'set' = 'path',
): Path[] {
	if (paths === undefined) return [];
	if (!isPlain(checkedObject(operation, `${what}s`, paths)))
		throw new TypeError(`${operation}: ${what}s must be a plain object of tensors by name`);
	return Object.entries(paths).map(([name, path]) => {
		const node = asNode(operation, path);
		if (node.shape.length !== 2 || node.shape[1] !== 2)
			throw new ShapeError(
				`${operation}: the ${what} ${JSON.stringify(name)} has the shape ${formatShape(node.shape)}; it must be [n, 2]`,
			);
		const numbers = node.data();
		const all = Array.from({ length: node.shape[0] ?? 0 }, (_, i) => ({
			x: numbers[2 * i] ?? Number.NaN,
			y: numbers[2 * i + 1] ?? Number.NaN,
		}));
		const isWithin = ({ x, y }: { x: number; y: number }): boolean =>
			x >= region.x[0] && x <= region.x[1] && y >= region.y[0] && y <= region.y[1];
		const beyond = all.filter((point) => !isWithin(point)).length;
		return {
			name,
			points: all.map((point) => (isWithin(point) ? point : { x: Number.NaN, y: Number.NaN })),
			note:
				beyond === 0 ? null : `Of ${all.length} points of ${name}, ${beyond} are beyond the frame.`,
		};
	});
}

/** A range of an axis of the plane; around what the paths reach if left out. */
export function checkedRegion(
	operation: string,
	given: { readonly x?: Region['x']; readonly y?: Region['y'] },
	paths: Paths | undefined,
): Region {
	const around = (axis: 0 | 1): Region['x'] => {
		const numbers = Object.values(paths ?? {}).flatMap((path) => {
			const node = asNode(operation, path);
			return node.shape.length === 2 && node.shape[1] === 2
				? [...node.slice(null, axis).data()]
				: [];
		});
		const [low, high] = extentOf(numbers) ?? [-1, 1];
		const margin = (high - low) * 0.1 || 1;
		return [low - margin, high + margin];
	};
	return {
		x: given.x === undefined ? around(0) : checkedRange(operation, 'x', given.x),
		y: given.y === undefined ? around(1) : checkedRange(operation, 'y', given.y),
	};
}

/** Positions in the plane as two Nodes [down, across], row by row from the least y. */
export function gridOf(
	{ x, y }: Region,
	across: number,
	down: number,
): { readonly x: Node; readonly y: Node } {
	const between = ([low, high]: readonly [number, number], share: number): number =>
		low * (1 - share) + high * share;
	const shape = [down, across];
	const columns = Array.from({ length: across * down }, (_, i) =>
		between(x, (i % across) / (across - 1)),
	);
	const rows = Array.from({ length: across * down }, (_, i) =>
		between(y, Math.floor(i / across) / (down - 1)),
	);
	return {
		x: tensor(columns, { shape, dtype: 'f64' }),
		y: tensor(rows, { shape, dtype: 'f64' }),
	};
}

/** What a function of two Nodes gives for a grid of positions. */
export function valuesOn(operation: string, f: PlaneFunction, x: Node, y: Node): Node {
	const values = asNode(operation, checkedFunction(operation, 'f', f)(x, y));
	const isFit =
		values.shape.length === 2 && values.shape.every((length, i) => length === x.shape[i]);
	if (isFit) return values;
	throw new ShapeError(
		`${operation}: f returned the shape ${formatShape(values.shape)} for two Nodes of the shape ${formatShape(x.shape)}; it must compute element by element`,
	);
}
