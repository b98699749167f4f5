import { concatenate, type Node, randomKey, tensor } from '@pullback/core';
import { expect, test } from 'vitest';
import * as characterLstm from '../nets/characterLstm.ts';
import * as generativeAdversarial from '../nets/generativeAdversarial.ts';
import * as pictureStyle from '../nets/pictureStyle.ts';
import * as tinyGpt from '../nets/tinyGpt.ts';
import * as variationalAutoencoder from '../nets/variationalAutoencoder.ts';

// Of each program a short run, with a law about it; whole, `nets.long.ts` runs them.
type Row = readonly [program: string, law: string, check: () => void | Promise<void>];

const rows: readonly Row[] = [
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
			const said = (points: Node): string => generativeAdversarial.verdict({ curve: [], points });
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
];

test.each(rows)('%s: %s', (_program, _law, check) => check());
