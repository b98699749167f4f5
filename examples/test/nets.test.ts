import {
	concatenate,
	grad,
	jvp,
	linspace,
	type Node,
	normal,
	randomKey,
	splitKey,
	stack,
	substituting,
	tensor,
	uniform,
	vmap,
} from '@pullback/core';
import { expect, test } from 'vitest';
import { derivatives, practise } from '../nets/cartPole.ts';
import * as characterLstm from '../nets/characterLstm.ts';
import { fit, negativeLogLikelihood } from '../nets/gaussianProcess.ts';
import * as generativeAdversarial from '../nets/generativeAdversarial.ts';
import { adapt, lossesAfter, train } from '../nets/metaLearning.ts';
import { learn, positions, trajectory, truth } from '../nets/neuralOde.ts';
import { residual, solution, solve } from '../nets/physicsInformed.ts';
import * as pictureStyle from '../nets/pictureStyle.ts';
import * as tinyGpt from '../nets/tinyGpt.ts';
import * as variationalAutoencoder from '../nets/variationalAutoencoder.ts';

const f64 = { dtype: 'f64' } as const;
const keys = splitKey(randomKey(0));
const largest = (x: Node): number => x.abs().max().item();
const mean = (of: readonly number[]): number =>
	of.reduce((total, each) => total + each, 0) / of.length;

// Of each program a short run, with a law about it; whole, `nets.long.ts` runs them.
const rows: readonly [program: string, law: string, holds: () => void | Promise<void>][] = [
	[
		'characterLstm',
		'what is read tells of what comes next, but no more than the entropy allows',
		() => {
			const sizes = { streams: 8, window: 6, hidden: 16 };
			const { bits, written } = characterLstm.learn({ steps: 60, seed: 0, ...sizes });
			expect(bits).toBeLessThan(0.75 * characterLstm.entropyOfCharacters);
			expect(bits).toBeGreaterThan(characterLstm.entropyRate);
			expect(written).toHaveLength(8);
		},
	],
	[
		'characterLstm',
		'a text of the grammar is of it, and a verb of another number is not',
		() => {
			const text = ['the cat naps. the cats near the dog sing. the dog near the cats sings. the'];
			expect(characterLstm.shareOfGrammar(text)).toBe(1);
			expect(characterLstm.shareOfGrammar([text[0]?.replace('dog sing', 'dog sings') ?? ''])).toBe(
				0.5,
			);
		},
	],
	[
		'tinyGpt',
		'digits are guessed better than by chance, and written after their question',
		() => {
			const learnt = tinyGpt.learn({ steps: 80, seed: 0, width: 16, layers: 1, size: 64 });
			expect(learnt.curve.at(-1)).toBeLessThan(0.9 * Math.log(10));
			for (const { sum, written } of learnt.answers)
				expect(written).toMatch(new RegExp(`^${sum.slice(0, 2)}\\+${sum.slice(3, 6)}.{3}$`));
		},
	],
	[
		'variationalAutoencoder',
		'the bound falls on images that were not seen, and the numbers take a part of it',
		async () => {
			const found = await variationalAutoencoder.learn({
				...{ steps: 60, seed: 0, hidden: 32, latent: 4 },
			});
			expect(found.bits).toBeLessThan((found.curve[0] ?? 0) / 2);
			expect(found.latentBits).toBeGreaterThan(0);
			expect(found.latentBits).toBeLessThan(found.bits);
			for (const { shape } of [found.images, found.reconstructions, found.samples])
				expect(shape).toEqual([100, 784]);
		},
	],
	[
		'generativeAdversarial',
		'the points come to be as far from the middle as the ring is',
		() => {
			const { points } = generativeAdversarial.learn({ steps: 200, seed: 0, hidden: 16 });
			const distance = points.square().sum(-1).sqrt().mean().item();
			expect(Math.abs(distance - 1)).toBeLessThan(0.25);
		},
	],
	[
		'generativeAdversarial',
		'points of the ring pass for what is to be made; those of one heap alone do not, nor bare centres',
		() => {
			const said = (points: Node): string => generativeAdversarial.verdict({ points });
			const points = generativeAdversarial.drawRing(randomKey(0), 4000);
			expect(said(points)).toMatch(/near a heap/);
			expect(() => said(points.mul(0).add([1, 0]))).toThrow('heap 0 has a share 1 of the points');
			const turns = Array.from({ length: 8 }, (_, i) => (2 * Math.PI * i) / 8);
			const centres = tensor(turns.map((turn) => [Math.cos(turn), Math.sin(turn)]));
			expect(() => said(centres)).toThrow('heap 0 has a deviation of 0');
		},
	],
	[
		'pictureStyle',
		'the picture comes nearer to the style of the waves, and is like the house from afar',
		() => {
			const { style, likeness } = pictureStyle.paint({ steps: 12, seed: 0, side: 32 });
			expect(style.picture).toBeLessThan(0.6 * style.house);
			expect(likeness.picture).toBeGreaterThan(0.9);
		},
	],
	[
		'pictureStyle',
		'a style does not say where its features are',
		() => {
			const waves = pictureStyle.drawWaves(32);
			const moved = concatenate([waves.slice(null, null, [5]), waves.slice(null, null, [0, 5])], 2);
			const banks = [pictureStyle.drawFilters(randomKey(0), 3)];
			const [a, b] = [pictureStyle.styleOf(waves, banks), pictureStyle.styleOf(moved, banks)];
			// Sums of 1,024 products in f32, squared.
			expect(pictureStyle.distance(b, a).item()).toBeLessThan(1e-10);
			expect(
				pictureStyle.distance(pictureStyle.styleOf(waves.flip(2), banks), a).item(),
			).toBeGreaterThan(0.01);
		},
	],
	[
		'cartPole',
		'cart and pole gain the energy that a push gives, and no other',
		() => {
			const states = normal(keys.slice(0), [50, 4], f64);
			const pushes = normal(keys.slice(1), [50, 1], { std: 10, ...f64 });
			const [angle, speed, spin] = [
				states.slice(null, 1),
				states.slice(null, 2),
				states.slice(null, 3),
			];
			// A cart and a rod of 1.1 kg in all; the rod, of 0.1 kg and 1 m, turns about its foot.
			const kinetic = speed
				.square()
				.mul(1.1 / 2)
				.add(spin.square().mul(0.1 / 6));
			const together = speed.mul(spin).mul(angle.cos()).mul(0.05);
			const energy = kinetic.add(together).add(angle.cos().mul(0.05 * 9.8));
			const power = jvp(energy, [states], [derivatives(states, pushes)]);
			// Some dozen roundings of numbers up to 1,000.
			expect(largest(power.sub(pushes.squeeze(-1).mul(speed)))).toBeLessThan(1e-11);
		},
	],
	[
		'cartPole',
		'little practice keeps poles up for several times as long as pushes at random',
		() => expect(mean(practise(50))).toBeGreaterThan(150),
	],
	[
		'physicsInformed',
		'the exact solution leaves nothing of the equation, and some iterations bring the net nearer to it',
		() => {
			const [x, t] = [uniform(keys.slice(0), [50, 1], f64), uniform(keys.slice(1), [50, 1], f64)];
			// Some dozen roundings of terms of a few units.
			expect(largest(residual(solution, x, t))).toBeLessThan(1e-12);
			for (const { error } of solve(1)) expect(error).toBeLessThan(0.5);
		},
	],
	[
		'neuralOde',
		'half the interval has a sixteenth of the error, and a net comes nearer to the truth',
		() => {
			const points = uniform(keys.slice(0), [20, 2], { low: -1, high: 1, ...f64 });
			const exact = positions(points, tensor([[[1]]], f64)).squeeze(0);
			const error = (steps: number): number =>
				largest(
					trajectory(truth, points, steps, 1 / steps)
						.slice(-1)
						.sub(exact),
				);
			// The next term of the error is an interval smaller.
			expect(error(10) / error(20)).toBeGreaterThan(12);
			expect(error(10) / error(20)).toBeLessThan(20);
			const { losses } = learn(30);
			expect(mean(losses.slice(-5))).toBeLessThan(mean(losses.slice(0, 5)) / 3);
		},
	],
	[
		'metaLearning',
		'the loss after a step falls by its gradient, as differences find it, and training makes it less than before the step',
		() => {
			const net = train(1, 60);
			const lossAt = (distance: Node): Node => {
				const moved = net
					.parameters()
					.map((each) => [each, each.cast('f64').add(distance)] as const);
				return substituting(new Map(moved), () => lossesAfter(1, net, keys.slice(0), 10).mean());
			};
			const here = tensor(0, f64);
			const [slope] = grad(lossAt(here), [here]);
			const [ahead, behind] = [lossAt(tensor(1e-4, f64)), lossAt(tensor(-1e-4, f64))];
			// Differences are off by about the square of the distance.
			const byDifferences = ahead.sub(behind).item() / 2e-4;
			expect(Math.abs(byDifferences / slope.item() - 1)).toBeLessThan(1e-5);
			const [before = Number.NaN, after] = adapt(net, 1, 1);
			expect(after).toBeLessThan(0.97 * before);
		},
	],
	[
		'gaussianProcess',
		'the likelihoods of all values of two points are 1 in all',
		() => {
			const [logs, x] = [tensor([0.1, 0.2, -0.5], f64), tensor([0, 0.7], f64)];
			const values = linspace(-8, 8, 81, f64);
			const likelihood = (y: Node): Node => negativeLogLikelihood(logs, x, y).neg().exp();
			const rows = values.expandDims(1).broadcastTo([81, 81]);
			const pairs = stack([rows, rows.transpose()], -1);
			const all = vmap(likelihood)(pairs.reshape([-1, 2]))
				.sum()
				.mul(0.2 ** 2)
				.item();
			// The sum of a smooth function that is 0 far out is its integral; 6 standard deviations out, it is not quite 0.
			expect(all).toBeCloseTo(1, 7);
		},
	],
	[
		'gaussianProcess',
		'near the likeliest parameters, each step of Newton’s method squares the gradient',
		() => {
			const { slopes, pivots } = fit(12, 3);
			expect(pivots.min().item()).toBeGreaterThan(0);
			for (const [i, slope] of slopes.slice(1).entries())
				expect(slope).toBeLessThan(10 * (slopes[i] ?? 0) ** 2);
		},
	],
];

test.each(rows)('%s: %s', (_, __, holds) => holds());
