// A Gaussian process finds a curve in noisy points, and how uncertain it is (Rasmussen and Williams 2006). The height, width and
// noise that make the points likeliest are found by Newton's method, with the Hessian of a likelihood made by elimination.
import {
	compile,
	concatenate,
	eye,
	grad,
	hessian,
	linspace,
	type Node,
	normal,
	randomKey,
	splitKey,
	stack,
	uniform,
	variable,
	zeros,
} from '@pullback/core';
import { LBFGS } from '@pullback/nn';

const f64 = { dtype: 'f64' } as const;
const noise = 0.1;

/** The curve behind the points. */
function curve(x: Node): Node {
	return x.sin().add(x.div(2).cos());
}

/** The matrix of the blocks [[a, b], [c, d]]. */
function blocks(a: Node, b: Node, c: Node, d: Node): Node {
	return concatenate([concatenate([a, b], 1), concatenate([c, d], 1)]);
}

/**
 * Gauss's elimination of the first `rows` rows of a matrix [[a, b], [c, d]]. What is left of it is Schur's complement,
 * d - c a⁻¹ b; the product of the pivots is the determinant of a. Rows are not exchanged, which a positive definite a does not need.
 */
export function eliminate(matrix: Node, rows: number): { rest: Node; pivots: Node } {
	const pivots: Node[] = [];
	let rest = matrix;
	for (let i = 0; i < rows; i++) {
		const pivot = rest.slice(0, 0);
		const [column, row] = [rest.slice([1], [0, 1]), rest.slice([0, 1], [1])];
		rest = rest.slice([1], [1]).sub(column.mul(row).div(pivot));
		pivots.push(pivot);
	}
	return { rest, pivots: stack(pivots) };
}

/** How the curve varies together at points a [n] and b [m]: [n, m]. `logs` [3] are those of its height, width and noise. */
function covariance(logs: Node, a: Node, b: Node): Node {
	const [height, width] = [logs.slice(0).exp(), logs.slice(1).exp()];
	const distances = a.expandDims(1).sub(b).div(width);
	return distances.square().div(-2).exp().mul(height.square());
}

/** The same for noisy values at points x [n]: [n, n]. */
function noisy(logs: Node, x: Node): Node {
	const variance = logs.slice(2).mul(2).exp();
	return covariance(logs, x, x).add(eye(x.shape[0] ?? 0, f64).mul(variance));
}

/** -log p(y | x) in nats for values y [n] at points x [n]. */
export function negativeLogLikelihood(logs: Node, x: Node, y: Node): Node {
	const count = x.shape[0] ?? 0;
	const values = y.expandDims(1);
	const matrix = blocks(noisy(logs, x), values, values.transpose(), zeros([1, 1], f64));
	const { rest, pivots } = eliminate(matrix, count);
	const logDeterminant = pivots.log().sum();
	return logDeterminant
		.sub(rest.sum())
		.add(count * Math.log(2 * Math.PI))
		.div(2);
}

/** What was found in the points. */
export interface Fit {
	/** The norm of the gradient before each step of Newton's method. */
	readonly slopes: readonly number[];
	/** The logarithms of height, width and noise. */
	readonly logs: Node;
	/** The pivots of the Hessian there: 1 over the last is the variance of the last logarithm, that of the noise. */
	readonly pivots: Node;
	/** The points, [count] each. */
	readonly x: Node;
	readonly y: Node;
	/** At these 101 places, the curve, and what the process expects, with its standard deviation: [101] each. */
	readonly places: Node;
	readonly truth: Node;
	readonly mean: Node;
	readonly std: Node;
}

/** Fits `count` random points by L-BFGS, which comes near, and `steps` steps of Newton's method. */
export function fit(count = 40, steps = 6, seed = 0): Fit {
	const keys = splitKey(randomKey(seed));
	const x = uniform(keys.slice(0), [count], { low: -5, high: 5, ...f64 });
	const y = curve(x).add(normal(keys.slice(1), [count], { std: noise, ...f64 }));
	const logs = variable([0, 0, -1], { name: 'logs', ...f64 });
	const loss = (): Node => negativeLogLikelihood(logs.read(), x, y);
	new LBFGS([logs], loss, { gradientTolerance: 0.1 }).minimize();
	const newton = compile(() => {
		const [slope] = grad(loss(), [logs]);
		const curvature = hessian(loss(), logs);
		const matrix = blocks(curvature, slope.expandDims(1), eye(3, f64), zeros([3, 1], f64));
		const { rest, pivots } = eliminate(matrix, 3); // the rest is -curvature⁻¹ slope
		logs.assign(logs.add(rest.squeeze(1)));
		return { slope: slope.norm(), pivots };
	});
	const slopes: number[] = [];
	let pivots = zeros([3], f64);
	for (let i = 0; i < steps; i++) {
		const found = newton();
		slopes.push(found.slope.item());
		pivots = found.pivots;
	}

	const places = linspace(-5, 5, 101, f64);
	const across = concatenate([y.expandDims(1), covariance(logs.read(), x, places)], 1);
	const own = covariance(logs.read(), places, places).pad([
		[1, 0],
		[1, 0],
	]);
	const joint = blocks(noisy(logs.read(), x), across, across.transpose(), own);
	const { rest } = eliminate(joint, count);
	const variances = rest.slice([1], [1]).mul(eye(101, f64)).sum(-1);
	return {
		...{ x, y, places, slopes, pivots },
		logs: logs.read(),
		truth: curve(places),
		mean: rest.slice(0, [1]).neg(),
		std: variances.sqrt(),
	};
}

/** What is to be said of it; throws if it is not the likeliest, or far from the curve. */
export function verdict({ slopes, logs, pivots, truth, mean, std }: Fit): string {
	const last = slopes.at(-1) ?? Number.NaN;
	// The likelihood is made of about 40² numbers of up to 1 / noise² = 100, each rounded by 2^-53: 2e-11 in all.
	if (!(last < 1e-9))
		throw new Error(
			`gaussianProcess: Newton's method ends where the gradient is ${last}; must be below 1e-9`,
		);
	if (!(pivots.min().item() > 0))
		throw new Error('gaussianProcess: the Hessian is not that of a minimum');
	const errors = mean.sub(truth);
	const error = errors.square().mean().sqrt().item();
	// A single point is off by the noise; the curve is made of several points everywhere.
	if (!(error < noise))
		throw new Error(`gaussianProcess: the curve is off by ${error}; must be below ${noise}`);
	const surprise = errors.div(std).square().mean().sqrt().item();
	if (!(surprise < 2))
		throw new Error(
			`gaussianProcess: the curve is off by ${surprise} standard deviations; must be below 2`,
		);
	const found = logs.slice(2).exp().item();
	const deviation = Math.log(found / noise) * Math.sqrt(pivots.slice(2).item());
	if (!(Math.abs(deviation) < 5))
		throw new Error(
			`gaussianProcess: the noise is found as ${found}, ${deviation} standard errors off; must be 5 at most`,
		);
	return `noise ${found.toFixed(3)}; the curve is off by ${error.toFixed(3)}; the gradients of Newton's steps are ${slopes.map((slope) => slope.toExponential(0)).join(', ')}`;
}

if (process.argv[1] === import.meta.filename)
	console.log(verdict(fit(40, 6, Number(process.argv[2] ?? 0))));
