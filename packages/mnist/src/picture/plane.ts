/** Numbers on a rectangle, row by row. */
export interface Plane {
	readonly width: number;
	readonly height: number;
	readonly values: Float32Array;
}

export function planeOf(width: number, height: number): Plane {
	return { width, height, values: new Float32Array(width * height) };
}

/** A plane of the same size, each value by a function of a value and its place. */
export function mapPlane(
	{ width, height, values }: Plane,
	of: (value: number, i: number) => number,
): Plane {
	return { width, height, values: values.map(of) };
}

/** The value at a place. */
export function at({ width, values }: Plane, x: number, y: number): number {
	return values[y * width + x] ?? 0;
}

/** The part of a plane from (left, top) on. */
export function crop(
	plane: Plane,
	left: number,
	top: number,
	width: number,
	height: number,
): Plane {
	const part = planeOf(width, height);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) part.values[y * width + x] = at(plane, left + x, top + y);
	return part;
}

/** Another size of the same: the mean of what each new value covers where it becomes smaller, bilinear where larger. */
export function resize(plane: Plane, width: number, height: number): Plane {
	const narrow = alongRows(plane, width);
	return transposed(alongRows(transposed(narrow), height));
}

function transposed({ width, height, values }: Plane): Plane {
	const turned = planeOf(height, width);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) turned.values[x * height + y] = values[y * width + x] ?? 0;
	return turned;
}

function alongRows(plane: Plane, width: number): Plane {
	if (width === plane.width) return plane;
	const weights = width < plane.width ? meanWeights : linearWeights;
	const resized = planeOf(width, plane.height);
	for (let x = 0; x < width; x++)
		for (const [from, weight] of weights(x, plane.width / width, plane.width))
			for (let y = 0; y < plane.height; y++)
				resized.values[y * width + x] =
					(resized.values[y * width + x] ?? 0) + weight * at(plane, from, y);
	return resized;
}

/** What the new value at x covers of `ratio` old values, and how much of each. */
function* meanWeights(
	x: number,
	ratio: number,
	count: number,
): Generator<readonly [from: number, weight: number]> {
	const [start, end] = [x * ratio, (x + 1) * ratio];
	for (let from = Math.floor(start); from < Math.min(Math.ceil(end), count); from++)
		yield [from, (Math.min(from + 1, end) - Math.max(from, start)) / ratio];
}

/** The two old values on both sides of the new value at x, by their nearness. */
function* linearWeights(
	x: number,
	ratio: number,
	count: number,
): Generator<readonly [from: number, weight: number]> {
	const middle = Math.min(Math.max((x + 0.5) * ratio - 0.5, 0), count - 1);
	const from = Math.min(Math.floor(middle), Math.max(count - 2, 0));
	yield [from, 1 - (middle - from)];
	if (from + 1 < count) yield [from + 1, middle - from];
}

/** The largest, or smallest, value within so many places across and down. */
export function extremes(plane: Plane, radius: number, of: 'largest' | 'smallest'): Plane {
	const choose = of === 'largest' ? Math.max : Math.min;
	return byWindows(plane, radius, (values, from, to) => {
		let found = values[from] ?? 0;
		for (let i = from + 1; i < to; i++) found = choose(found, values[i] ?? 0);
		return found;
	});
}

/** The mean value within so many places across and down. */
export function means(plane: Plane, radius: number): Plane {
	return byWindows(plane, radius, (values, from, to) => {
		let sum = 0;
		for (let i = from; i < to; i++) sum += values[i] ?? 0;
		return sum / (to - from);
	});
}

/** What a function finds of the values from one index to before another: of each window of a row, then of those of a column. */
function byWindows(
	plane: Plane,
	radius: number,
	of: (values: Float32Array, from: number, to: number) => number,
): Plane {
	return transposed(rowWindows(transposed(rowWindows(plane, radius, of)), radius, of));
}

function rowWindows(
	{ width, height, values }: Plane,
	radius: number,
	of: (values: Float32Array, from: number, to: number) => number,
): Plane {
	const found = planeOf(width, height);
	for (let start = 0; start < values.length; start += width)
		for (let x = 0; x < width; x++)
			found.values[start + x] = of(
				values,
				start + Math.max(x - radius, 0),
				start + Math.min(x + radius + 1, width),
			);
	return found;
}
