import { expect, test } from 'vitest';
import { colours, lookOf, seriesColours } from '../../src/theme.ts';

type Rgb = readonly [number, number, number];

function linear(colour: string): Rgb {
	const channel = (from: number): number => {
		const share = Number.parseInt(colour.slice(from, from + 2), 16) / 255;
		return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
	};
	return [channel(1), channel(3), channel(5)];
}

/** Relative luminance, by WCAG 2. */
const luminance = ([r, g, b]: Rgb): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;

/** What those who lack a kind of cone see of a colour, in linear RGB: the matrices of Machado et al. (2009) for severity 1. */
const visions = {
	protanopia: [
		0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998,
	],
	deuteranopia: [
		0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881,
	],
	tritanopia: [
		1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039,
	],
	full: [1, 0, 0, 0, 1, 0, 0, 0, 1],
} as const;

function seen(vision: readonly number[], [r, g, b]: Rgb): Rgb {
	const row = (i: number): number =>
		Math.min(
			1,
			Math.max(0, (vision[i] ?? 0) * r + (vision[i + 1] ?? 0) * g + (vision[i + 2] ?? 0) * b),
		);
	return [row(0), row(3), row(6)];
}

/** The distance of colours in Oklab (Ottosson 2020), in which 0.02 is about what can be told apart side by side. */
function distance(a: Rgb, b: Rgb): number {
	const [p, q] = [oklab(a), oklab(b)];
	return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

function oklab([r, g, b]: Rgb): Rgb {
	const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
	const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
	const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
	return [
		0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
		1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
		0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
	];
}

test.each(['light', 'dark'] as const)('%s: text and curves stand out from the paper', (theme) => {
	const { paper, rule: _, ...others } = colours[theme];
	const contrast = (colour: string): number => {
		const [a, b] = [luminance(linear(colour)), luminance(linear(paper))];
		return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
	};
	for (const colour of Object.values(others)) expect(contrast(colour)).toBeGreaterThanOrEqual(3); // WCAG 1.4.11
	for (const text of [others.ink, others.muted]) expect(contrast(text)).toBeGreaterThanOrEqual(4.5); // WCAG 1.4.3
});

test.each(Object.entries(visions))(
	'%s: the first curves have colours that are told apart',
	(_, vision) => {
		for (const theme of ['light', 'dark'] as const) {
			const { series1, series2, series3, series4 } = colours[theme];
			const all = [series1, series2, series3, series4].map((colour) =>
				seen(vision, linear(colour)),
			);
			for (const [i, a] of all.entries())
				for (const b of all.slice(i + 1)) expect(distance(a, b)).toBeGreaterThan(0.04);
		}
	},
);

test('in grey, six curves have dashes and markers of their own; whatever their number, no two look alike', () => {
	const looks = Array.from({ length: seriesColours }, (_, i) => lookOf(i));
	expect(new Set(looks.map(({ dash }) => dash)).size).toBe(seriesColours);
	expect(new Set(looks.map(({ marker }) => marker)).size).toBe(seriesColours);
	const many = Array.from({ length: 36 }, (_, i) => JSON.stringify(lookOf(i)));
	expect(new Set(many).size).toBe(36);
});
