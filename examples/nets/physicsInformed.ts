// A net learns to solve Burgers' equation, u_t + u u_x = nu u_xx, without examples of the solution: what falls is what its own
// derivatives leave of the equation, and its error at the start and at both ends (Raissi, Perdikaris and Karniadakis 2019).
import {
	compile,
	concatenate,
	grad,
	linspace,
	type Node,
	randomKey,
	splitKey,
	uniform,
} from '@pullback/core';
import { Affine, LBFGS, sequential, Tanh, xavierInitializer } from '@pullback/nn';
import { ProgressLine } from '@pullback/nn/progress';

const viscosity = 0.05;
/** The nearer to 1, the steeper the front. */
const steepness = 0.9;

/**
 * The exact solution, where x and t are from 0 to 1, by the transformation of Cole and Hopf: u = -2 nu v_x / v of the solution
 * v = 1 + steepness e^(-nu pi² t) cos(pi x) of the heat equation. It is 0 at both ends.
 */
export function solution(x: Node, t: Node): Node {
	const wave = t
		.mul(-viscosity * Math.PI ** 2)
		.exp()
		.mul(steepness);
	const heat = wave.mul(x.mul(Math.PI).cos()).add(1);
	return wave
		.mul(x.mul(Math.PI).sin())
		.mul(2 * viscosity * Math.PI)
		.div(heat);
}

/** What a function of single points leaves of the equation at each of x and t, which is 0 for a solution. */
export function residual(u: (x: Node, t: Node) => Node, x: Node, t: Node): Node {
	const value = u(x, t);
	// As each value depends on its own point alone, the gradient of the sum is the derivative of each.
	const [slope, speed] = grad(value.sum(), [x, t]);
	const [curvature] = grad(slope.sum(), [x]);
	return speed.add(value.mul(slope)).sub(curvature.mul(viscosity));
}

/** A net of two numbers, x and t. */
function netOf(key: Node) {
	const keys = splitKey(key, 4);
	const affine = (inputs: number, outputs: number, i: number): Affine =>
		new Affine({ inputs, outputs, key: keys.slice(i), weight: xavierInitializer, dtype: 'f64' });
	return sequential(
		affine(2, 20, 0),
		new Tanh(),
		affine(20, 20, 1),
		new Tanh(),
		affine(20, 20, 2),
		new Tanh(),
		affine(20, 1, 3),
	);
}

/** How far training is after a round. */
export interface Progress {
	readonly loss: number;
	/** The Euclidean norm of the error on a grid of 101 by 101 points, over that of the solution. */
	readonly error: number;
	/** The net: what it takes for the solution, at points [n, 1]. */
	readonly u: (x: Node, t: Node) => Node;
}

/** Trains on 1,000 points within and 200 at the border, by rounds of 50 iterations of L-BFGS; tells how far it is after each. */
export function* solve(rounds = 20, seed = 0): Generator<Progress> {
	const keys = splitKey(randomKey(seed), 5);
	const net = netOf(keys.slice(0));
	const u = (x: Node, t: Node): Node => net.forward(concatenate([x, t], -1));
	const draw = (count: number, i: number): Node =>
		uniform(keys.slice(i), [count, 1], { dtype: 'f64' });
	const within = [draw(1000, 1), draw(1000, 2)] as const;
	// The start, t = 0, and the ends, where x is 0 or 1.
	const along = draw(100, 3);
	const border = [
		concatenate([along, draw(100, 4).round()]),
		concatenate([along.mul(0), along]),
	] as const;
	const squares = (errors: Node): Node => errors.square().mean();
	const atBorder = (): Node => squares(u(...border).sub(solution(...border)));
	// Errors at the border count more, as they are carried into the middle.
	const loss = (): Node => squares(residual(u, ...within)).add(atBorder().mul(10));
	const optimizer = new LBFGS(net.parameters(), loss, {
		maxIterations: 50,
		changeTolerance: 1e-12,
	});
	const unit = linspace(0, 1, 101, { dtype: 'f64' });
	const grid = [unit.reshape([1, -1, 1]), unit.reshape([-1, 1, 1])].map((each) =>
		each.broadcastTo([101, 101, 1]),
	) as [x: Node, t: Node];
	const error = compile(() => {
		const exact = solution(...grid);
		return u(...grid)
			.sub(exact)
			.norm()
			.div(exact.norm());
	});
	for (let i = 0; i < rounds; i++)
		yield { loss: optimizer.minimize().loss, error: error().item(), u };
}

/** What is to be said of the error; throws if it is large. */
export function verdict({ error }: Progress): string {
	const found = `the net is off Burgers' solution by ${(100 * error).toFixed(3)} percent`;
	// Differences upwind on as many points, 32 by 32, have errors of the size of 1 / 32, 3 percent.
	if (!(error < 5e-3)) throw new Error(`physicsInformed: ${found}; must be below 0.5`);
	return found;
}

if (process.argv[1] === import.meta.filename) {
	const line = new ProgressLine(process.stderr);
	let said = '';
	let rounds = 0;
	for (const progress of solve(20, Number(process.argv[2] ?? 0))) {
		rounds++;
		line.update(() => `round ${rounds} of 20, loss ${progress.loss.toPrecision(3)}`);
		if (rounds === 20) said = verdict(progress);
	}
	line.clear();
	console.log(said);
}
