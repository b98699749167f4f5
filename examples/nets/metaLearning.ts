// A net learns how to learn a sinusoid from ten points by one step of gradient descent: what falls is the loss after that step, so
// that its gradient passes through the step, a gradient of a gradient (MAML: Finn, Abbeel and Levine 2017).
import {
	compile,
	grad,
	type Node,
	randomKey,
	splitKey,
	uniform,
	variable,
	vmap,
} from '@pullback/core';
import {
	Adam,
	Affine,
	callWith,
	cosineSchedule,
	meanSquaredError,
	type Sequential,
	sequential,
	Tanh,
} from '@pullback/nn';
import { ProgressLine } from '@pullback/nn/progress';

/** The learning rate of the step by which a net adapts to a task. */
const innerRate = 0.01;
const maxAmplitude = 5;

/** Two sets of ten points of each of `count` sinusoids, the first to learn from, as x, y, x, y [count, 10, 1]. */
function tasks(key: Node, count: number): [x: Node, y: Node, unseen: Node, truth: Node] {
	const keys = splitKey(key, 4);
	const amplitude = uniform(keys.slice(0), [count, 1, 1], { high: maxAmplitude });
	const phase = uniform(keys.slice(1), [count, 1, 1], { high: 2 * Math.PI });
	const draw = (i: number): Node => uniform(keys.slice(i), [count, 10, 1], { low: -5, high: 5 });
	const curve = (x: Node): Node => x.add(phase).sin().mul(amplitude);
	const [x, unseen] = [draw(2), draw(3)];
	return [x, curve(x), unseen, curve(unseen)];
}

/**
 * The mean square of what any function errs that knows of no task, at the least: these sinusoids are 0 in the mean, and their
 * mean square is that of the amplitude, maxAmplitude² / 3, times that of a sine, 1 / 2.
 */
export const unadapted: number = maxAmplitude ** 2 / 6;

/** The parameters of a net after `steps` steps of gradient descent on points x and y, [n, 1] each. */
export function adapted(steps: number, net: Sequential, x: Node, y: Node): Node[] {
	let parameters = net.parameters().map((each) => each.read());
	for (let i = 0; i < steps; i++) {
		const loss = meanSquaredError(callWith(net, parameters, x), y);
		const slopes: readonly Node[] = grad(loss, parameters);
		parameters = parameters.map((each, j) => each.sub((slopes[j] as Node).mul(innerRate))); // one for each
	}
	return parameters;
}

/** The loss on unseen points of each of `count` tasks, after `steps` steps of gradient descent on seen ones: [count]. */
export function lossesAfter(steps: number, net: Sequential, key: Node, count: number): Node {
	return vmap((x: Node, y: Node, unseen: Node, truth: Node) =>
		meanSquaredError(callWith(net, adapted(steps, net, x, y), unseen), truth),
	)(...tasks(key, count));
}

/** Trains a net for its loss after `innerSteps` steps, none of them for a net of all tasks; each step on 25 tasks. */
export function train(
	innerSteps: number,
	steps = 2000,
	seed = 0,
	tell?: (step: number) => void,
): Sequential {
	const keys = splitKey(randomKey(seed), 4);
	const affine = (inputs: number, outputs: number, i: number): Affine =>
		new Affine({ inputs, outputs, key: keys.slice(i) });
	const net = sequential(
		affine(1, 40, 0),
		new Tanh(),
		affine(40, 40, 1),
		new Tanh(),
		affine(40, 1, 2),
	);
	const optimizer = new Adam(net.parameters(), { learningRate: cosineSchedule(0.01, { steps }) });
	const stream = variable(keys.slice(3), { name: 'stream' });
	const step = compile(() => {
		const next = splitKey(stream);
		stream.assign(next.slice(0));
		optimizer.minimize(lossesAfter(innerSteps, net, next.slice(1), 25).mean());
	});
	for (let i = 0; i < steps; i++) {
		step();
		tell?.(i + 1);
	}
	return net;
}

/** The mean loss of a net on 1,000 fresh tasks before it adapts, and after 1, 2, ..., `steps` steps. */
export function adapt(net: Sequential, steps: number, seed: number): number[] {
	return Array.from({ length: steps + 1 }, (_, i) =>
		lossesAfter(i, net, randomKey(seed), 1000).mean().item(),
	);
}

/** Two nets of one training each. */
export interface Learnt {
	/** The one that learnt to learn. */
	readonly net: Sequential;
	/** Its mean loss on fresh tasks after one step. */
	readonly after: number;
	/** That of the net of all tasks at once, before the step and after it. */
	readonly joint: { readonly before: number; readonly after: number };
}

/** Trains both. */
export function learn(steps = 2000, seed = 0, tell?: (text: () => string) => void): Learnt {
	const trainFor = (innerSteps: number, of: string): Sequential =>
		train(innerSteps, steps, seed, (step) => tell?.(() => `${of}, step ${step} of ${steps}`));
	const net = trainFor(1, 'learning to learn');
	const ofAll = trainFor(0, 'learning all tasks at once');
	const [, after = Number.NaN] = adapt(net, 1, seed + 1);
	const [before = Number.NaN, afterwards = Number.NaN] = adapt(ofAll, 1, seed + 1);
	return { net, after, joint: { before, after: afterwards } };
}

/** What is to be said of them; throws if to learn to learn was no use. */
export function verdict({ after, joint }: Learnt): string {
	const found = `after one step, the loss is ${after.toFixed(2)} where learning was learnt, ${joint.after.toFixed(2)} where all tasks were learnt at once, ${joint.before.toFixed(2)} before it`;
	if (!(after < joint.after))
		throw new Error(`metaLearning: ${found}; the first must be below the second`);
	// Three quarters of the variance are explained.
	if (!(after < unadapted / 4))
		throw new Error(
			`metaLearning: ${found}; the first must be below ${unadapted / 4}, a quarter of the least without a step`,
		);
	return found;
}

if (process.argv[1] === import.meta.filename) {
	const line = new ProgressLine(process.stderr);
	const learnt = learn(2000, Number(process.argv[2] ?? 0), (text) => line.update(text));
	line.clear();
	console.log(verdict(learnt));
}
