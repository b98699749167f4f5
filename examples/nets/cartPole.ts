// A cart learns to balance a pole: of the pushes that it draws, those become likelier after which the pole stays up longer than a
// critic expected. Cart and pole are those of Barto, Sutton and Anderson (1983), without friction; the method is advantage
// actor-critic (Mnih et al. 2016) with the advantages of Schulman et al. (2016).
import {
	compile,
	concatenate,
	type Node,
	randomKey,
	splitKey,
	stack,
	uniform,
	variable,
	where,
	zeros,
} from '@pullback/core';
import {
	Adam,
	Affine,
	binaryCrossEntropyWithLogits,
	cosineSchedule,
	meanSquaredError,
	type Sequential,
	sequential,
	Tanh,
} from '@pullback/nn';
import { ProgressLine } from '@pullback/nn/progress';

const gravity = 9.8; // m / s²
const mass = 1.1; // kg, of cart and pole
const poleMass = 0.1; // kg
const halfLength = 0.5; // m, of the pole

/** How many carts practise, and how many steps each between two updates of the nets. */
const [carts, horizon] = [64, 16];
/** What the next step counts beside this one, and, of the critic's errors, the next beside this. */
const [discount, decay] = [0.99, 0.95];

/** The time derivatives of states [n, 4], position, angle, speed and angular speed, under pushes [n, 1] in newtons. */
export function derivatives(states: Node, pushes: Node): Node {
	const [angle, speed, spin] = [column(states, 1), column(states, 2), column(states, 3)];
	const [sine, cosine] = [angle.sin(), angle.cos()];
	const moment = poleMass * halfLength;
	const thrust = spin.square().mul(sine).mul(moment).add(pushes).div(mass);
	const inertia = cosine
		.square()
		.mul(-moment / mass)
		.add((4 / 3) * halfLength);
	const turn = sine.mul(gravity).sub(cosine.mul(thrust)).div(inertia);
	const drive = thrust.sub(turn.mul(cosine).mul(moment / mass));
	return concatenate([speed, spin, drive, turn], -1);
}

/** States 0.02 s later, by Euler's method, pushed by 10 N to the right where `isRight` [n, 1], otherwise to the left. */
function pushed(states: Node, isRight: Node): Node {
	return states.add(derivatives(states, where(isRight, 10, -10)).mul(0.02));
}

/** Whether carts are farther off than 2.4 m, or poles leaning by more than 12 degrees: [n, 1]. */
function fallen(states: Node): Node {
	const isLeaning = column(states, 1)
		.abs()
		.greater(Math.PI / 15);
	return column(states, 0).abs().greater(2.4).logicalOr(isLeaning);
}

/** Fresh carts, nearly at rest: [count, 4]. */
function fresh(key: Node, count: number): Node {
	return uniform(key, [count, 4], { low: -0.05, high: 0.05 });
}

function column(states: Node, index: number): Node {
	return states.slice(null, [index, index + 1]);
}

/** A net with one output for each state: the logit of a push to the right, or what the future is worth. */
function netOf(key: Node): Sequential {
	const keys = splitKey(key);
	return sequential(
		// Angles are small, the other numbers about 1.
		(states: Node) => states.mul([1, 10, 1, 1]),
		new Affine({ inputs: 4, outputs: 64, key: keys.slice(0) }),
		new Tanh(),
		new Affine({ inputs: 64, outputs: 1, key: keys.slice(1) }),
	);
}

/** Whether a policy pushes to the right: [n, 1] for states [n, 4]. */
function drawn(policy: Sequential, states: Node, key: Node): Node {
	const probability = policy.forward(states).sigmoid();
	return uniform(key, probability.shape).less(probability);
}

/**
 * Practises for some updates; the steps until 100 fresh carts fall, 500 at most. `tell` is told how many updates there have
 * been, and may let the carts fall then.
 */
export function practise(
	updates = 600,
	seed = 0,
	tell?: (update: number, test: () => number[]) => void,
): number[] {
	const keys = splitKey(randomKey(seed), 5);
	const [policy, critic] = [netOf(keys.slice(0)), netOf(keys.slice(1))];
	const optimizer = new Adam([...policy.parameters(), ...critic.parameters()], {
		learningRate: cosineSchedule(0.006, { steps: updates }),
	});
	const current = variable(fresh(keys.slice(2), carts), { name: 'states' });
	const stream = variable(keys.slice(3), { name: 'stream' });

	// Playing and learning are one program; no gradient passes through what carts did.
	const update = compile(() => {
		const next = splitKey(stream, 2 * horizon + 1);
		stream.assign(next.slice(0));
		const [seen, pushes, falls]: [Node[], Node[], Node[]] = [[], [], []];
		let states = current.read();
		for (let t = 1; t < 2 * horizon; t += 2) {
			const isRight = drawn(policy, states, next.slice(t));
			const moved = pushed(states, isRight);
			const hasFallen = fallen(moved);
			seen.push(states);
			pushes.push(isRight);
			falls.push(hasFallen);
			states = where(hasFallen, fresh(next.slice(t + 1), carts), moved).stopGradient();
		}
		current.assign(states);

		// A step is worth 1 - discount, so that it is worth 1 to stay up for ever.
		const values = critic.forward(stack([...seen, states]));
		const expected = values.stopGradient();
		const goesOn = stack(falls).logicalNot();
		const advantages: Node[] = [];
		let advantage = zeros([carts, 1]);
		for (let t = horizon - 1; t >= 0; t--) {
			const later = expected.slice(t + 1).add(advantage.mul(decay));
			const gain = where(goesOn.slice(t), later, 0)
				.mul(discount)
				.add(1 - discount);
			advantage = gain.sub(expected.slice(t));
			advantages.unshift(advantage);
		}
		const better = stack(advantages);
		const surprise = binaryCrossEntropyWithLogits(policy.forward(stack(seen)), stack(pushes), {
			reduction: 'none',
		});
		const now = [0, horizon] as const;
		const error = meanSquaredError(values.slice(now), better.add(expected.slice(now)));
		optimizer.minimize(surprise.mul(better.div(better.std())).mean().add(error));
	});
	const test = (): number[] => stepsToFall(policy, keys.slice(4));
	for (let i = 0; i < updates; i++) {
		update();
		tell?.(i + 1, test);
	}
	return test();
}

function stepsToFall(policy: Sequential, key: Node): number[] {
	const stream = variable(key, { name: 'stream' });
	const states = variable(fresh(key, 100), { name: 'states' });
	const steps = variable(zeros([100, 1]), { name: 'steps' });
	const isUp = variable(steps.equal(0), { name: 'is up' });
	const step = compile(() => {
		const next = splitKey(stream);
		stream.assign(next.slice(0));
		states.assign(pushed(states.read(), drawn(policy, states.read(), next.slice(1))));
		isUp.assign(isUp.logicalAnd(fallen(states.read()).logicalNot()));
		steps.assign(steps.add(isUp.cast('f32')));
	});
	for (let i = 0; i < 500; i++) step();
	return [...steps.data()];
}

/** What is to be said of the steps until carts fall; throws if they fall too soon. */
export function verdict(steps: readonly number[]): string {
	const mean = steps.reduce((total, each) => total + each, 0) / steps.length;
	const found = `100 fresh carts keep their poles up for ${mean.toFixed(1)} of 500 steps in the mean`;
	// Gymnasium, whose CartPole-v1 these carts are, takes 475 for the mark of a solution.
	if (!(mean >= 475)) throw new Error(`cartPole: ${found}; must be 475 at least`);
	return found;
}

if (process.argv[1] === import.meta.filename) {
	const line = new ProgressLine(process.stderr);
	const updates = 600;
	const steps = practise(updates, Number(process.argv[2] ?? 0), (update) =>
		line.update(() => `update ${update} of ${updates}`),
	);
	line.clear();
	console.log(verdict(steps));
}
