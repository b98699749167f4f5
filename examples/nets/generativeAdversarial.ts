// Two nets play against each other: a generator makes points of noise, a discriminator tells them from those of eight heaps
// on a ring, and each learns from the other until both sets are alike. Goodfellow et al., "Generative adversarial nets"
// (2014); the gradient penalty is R1 of Mescheder et al., "Which training methods for GANs do actually converge?" (2018).
import {
	compile,
	grad,
	type Node,
	normal,
	randomIntegers,
	randomKey,
	softplus,
	splitKey,
	stack,
	sum,
	tensor,
	variable,
} from '@pullback/core';
import {
	Adam,
	Affine,
	cosineSchedule,
	type Layer,
	LeakyRelu,
	Relu,
	type Sequential,
	sequential,
} from '@pullback/nn';
import { ProgressLine } from '@pullback/nn/progress';

/** Heaps on a ring of radius 1, each normal around its centre. */
const [heaps, spread] = [8, 0.05];

/** Points of the ring, [count, 2]. */
export function drawRing(key: Node, count: number): Node {
	const keys = splitKey(key);
	const angle = randomIntegers(keys.slice(0), [count], { high: heaps }).mul((2 * Math.PI) / heaps);
	const centre = stack([angle.cos(), angle.sin()], -1);
	return centre.add(normal(keys.slice(1), [count, 2], { std: spread }));
}

/** Three affine layers with an activation between them. */
function layers(sizes: readonly [number, number, number], key: Node, f: Layer): Sequential {
	const [inputs, hidden, outputs] = sizes;
	const keys = splitKey(key, 3);
	return sequential(
		new Affine({ inputs, outputs: hidden, key: keys.slice(0) }),
		f,
		new Affine({ inputs: hidden, outputs: hidden, key: keys.slice(1) }),
		f,
		new Affine({ inputs: hidden, outputs, key: keys.slice(2) }),
	);
}

/** How two nets are made and trained. */
export interface Settings {
	readonly steps: number;
	readonly seed: number;
	readonly hidden: number;
	/** After how many steps points are to be seen; at the end alone if left out. */
	readonly looks?: readonly number[];
	/** Is told how far training is. */
	readonly tell?: (text: () => string) => void;
}

/** Those of the whole training. */
export const whole: Settings = { steps: 8000, seed: 0, hidden: 64 };

/** What the generator has learnt. */
export interface Learnt {
	/** What the discriminator loses at each step, in nats for a pair of a true and a made point; log 4 where it cannot tell. */
	readonly curve: readonly number[];
	/** 4,000 points that the generator makes, [4000, 2]. */
	readonly points: Node;
	/** The first 250 of them after each of the steps asked for, [250, 2], in the order of time. */
	readonly seen: readonly Node[];
}

/** Trains both nets, a step of the one after a step of the other, on 128 points. */
export function learn({ steps, seed, hidden, looks = [], tell }: Settings): Learnt {
	const [size, latent] = [128, 8];
	const keys = splitKey(randomKey(seed), 4);
	const generator = layers([latent, hidden, 2], keys.slice(0), new Relu());
	const discriminator = layers([2, hidden, 1], keys.slice(1), new LeakyRelu(0.2));
	const learningRate = cosineSchedule(0.002, { steps });
	const settings = { learningRate, beta1: 0.5, beta2: 0.99 };
	const ofGenerator = new Adam(generator.parameters(), settings);
	const ofDiscriminator = new Adam(discriminator.parameters(), settings);
	const stream = variable(keys.slice(2), { name: 'stream' });
	const generate = (key: Node, count: number): Node =>
		generator.forward(normal(key, [count, latent]));
	const step = compile(() => {
		const next = splitKey(stream, 4);
		stream.assign(next.slice(0));
		const real = drawRing(next.slice(1), size);
		const made = generate(next.slice(2), size);
		const scores = discriminator.forward(real);
		// Twice -log of the probability that it is right; high scores are for true points.
		const loss = softplus(scores.neg())
			.add(softplus(discriminator.forward(made)))
			.mean();
		// Its slope at true points is kept small, so that it comes to rest once it cannot tell: a gradient in a gradient.
		const [slopes] = grad(sum(scores), [real]);
		const penalty = sum(slopes.square(), -1).mean();
		ofDiscriminator.minimize(loss.add(penalty.mul(0.05)));
		const anew = discriminator.forward(generate(next.slice(3), size));
		ofGenerator.minimize(softplus(anew.neg()).mean());
		return loss;
	});
	const look = compile(() => generate(keys.slice(3), 4000));
	const seen: Node[] = [];
	const curve = Array.from({ length: steps }, (_, i) => {
		const loss = step().item();
		if (looks.includes(i + 1)) seen.push(look().slice([0, 250]));
		tell?.(() => `step ${i + 1} of ${steps}: the discriminator loses ${loss.toFixed(3)} nats`);
		return loss;
	});
	return { curve, points: look(), seen };
}

/** The share of some points that is within three standard deviations of each centre, and their own deviation there. */
export function heapsOf(points: Node): { share: number; deviation: number }[] {
	const [count = 0] = points.shape;
	return Array.from({ length: heaps }, (_, i) => {
		const angle = (2 * Math.PI * i) / heaps;
		const squares = sum(points.sub(tensor([Math.cos(angle), Math.sin(angle)])).square(), -1);
		const near = [...squares.data()].filter((square) => square < (3 * spread) ** 2);
		const total = near.reduce((all, square) => all + square, 0);
		return { share: near.length / count, deviation: Math.sqrt(total / 2 / near.length) };
	});
}

/** What is to be said of it; throws if the generator misses a heap, makes a point of one, or strays from them. */
export function verdict({ points }: Pick<Learnt, 'points'>): string {
	const found = heapsOf(points);
	const near = found.reduce((sum, { share }) => sum + share, 0);
	for (const [i, { share, deviation }] of found.entries()) {
		// An eighth of 4,000 points has a standard deviation of 21: half of it, or twice, is no chance.
		if (!(share > 1 / 16 && share < 1 / 4))
			throw new Error(
				`generativeAdversarial: heap ${i} has a share ${share} of the points; must be from 1/16 to 1/4`,
			);
		if (!(deviation > spread / 2 && deviation < 1.5 * spread))
			throw new Error(
				`generativeAdversarial: heap ${i} has a deviation of ${deviation}; must be from half to 1.5 times ${spread}`,
			);
	}
	// Of normal points 1 - exp(-9 / 2) are within three standard deviations, 0.989.
	if (!(near > 0.8))
		throw new Error(
			`generativeAdversarial: a share ${near} of the points is near a heap; must be above 0.8`,
		);
	const shares = found.map(({ share }) => (100 * share).toFixed(1)).join(', ');
	return `${(100 * near).toFixed(1)} % of the points are near a heap, and of each: ${shares} %`;
}

if (process.argv[1] === import.meta.filename) {
	const line = new ProgressLine(process.stderr);
	const tell = (text: () => string): void => line.update(text);
	const learnt = learn({ ...whole, tell });
	line.clear();
	console.log(verdict(learnt));
}
