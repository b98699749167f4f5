import { arange, eye, type Node, normal, type Operand, sum, where } from '@pullback/core';
import { finite, type Rules, settingsOf } from '../options/rules.ts';
import { type Initializer, matrixOf } from './initializer.ts';

/** Options of orthogonalInitializer. */
export interface OrthogonalOptions {
	/** What the matrix is multiplied by; 1 if left out. `gainOf` tells that of an activation. */
	readonly gain?: number;
}

const rules: Rules<OrthogonalOptions> = { gain: finite(1) };

/**
 * A random orthogonal matrix times the gain (Saxe et al. 2014), of the first axis and of all others in one: its columns,
 * or its rows if these are fewer, are of length 1 and at right angles. All such matrices are equally likely (Stewart 1980).
 * Takes as many reflections as there are of the fewer.
 */
export function orthogonalInitializer(options?: OrthogonalOptions): Initializer {
	const { gain } = settingsOf('orthogonalInitializer', options, rules);
	return (key, shape, dtype) => {
		const [rows, columns] = matrixOf('orthogonalInitializer', shape);
		const tall = orthonormal(key, Math.max(rows, columns), Math.min(rows, columns));
		return (rows < columns ? tall.transpose() : tall).mul(gain).cast(dtype).reshape(shape);
	};
}

/** Random columns at right angles, [rows, columns] with no more columns than rows, in f64. */
function orthonormal(key: Operand, rows: number, columns: number): Node {
	if (columns === 0) return normal(key, [rows, columns], { dtype: 'f64' });
	// Column i of random numbers from row i on is the one that the reflection i takes to an axis.
	const numbers = normal(key, [rows, columns], { dtype: 'f64' });
	const [row, column] = [indices(rows).expandDims(1), indices(columns)];
	const below = where(row.greaterEqual(column), numbers, 0);
	const onDiagonal = row.equal(column);
	const leading = sum(where(onDiagonal, numbers, 0), 0);
	const signs = where(leading.less(0), -1, 1).cast('f64');
	const lengths = sum(below.square(), 0).sqrt();
	const mirrors = where(onDiagonal, below.add(signs.mul(lengths)), below);
	const sizes = sum(mirrors.square(), 0);
	// The signs make all matrices equally likely.
	let matrix = eye(rows, { dtype: 'f64' }).slice(null, [0, columns]).mul(signs.neg());
	for (let i = columns - 1; i >= 0; i--) {
		const mirror = mirrors.slice(null, [i, i + 1]);
		const along = mirror.transpose().matmul(matrix).mul(sizes.slice(i).reciprocal().mul(2));
		matrix = matrix.sub(mirror.mul(along));
	}
	return matrix;
}

function indices(count: number): Node {
	return arange(count, undefined, undefined, { dtype: 'f64' });
}
