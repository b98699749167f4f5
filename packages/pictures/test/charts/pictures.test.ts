import { normal, randomKey, sigmoid, splitKey, tensor, zeros } from '@pullback/core';
import { Affine, Relu, sequential, softmaxCrossEntropy } from '@pullback/nn';
import { expect, test } from 'vitest';
import { fitted, textWidth } from '../../src/charts/markup.ts';
import {
	drawConfusionMatrix,
	drawContours,
	drawCurvePanels,
	drawCurves,
	drawErrors,
	drawFilters,
	drawFunctions,
	drawGradientField,
	drawGrid,
	drawHistograms,
	drawImages,
	drawLayers,
	drawPoints,
	type PictureOptions,
} from '../../src/index.ts';
import { colours } from '../../src/theme.ts';
import { elementsOf } from '../wellFormed.ts';

const keys = splitKey(randomKey(0), 6);
const net = sequential(
	new Affine({ inputs: 4, outputs: 3, key: keys.slice(0) }),
	new Relu(),
	new Affine({ inputs: 3, outputs: 2, key: keys.slice(1) }),
);
const images = normal(keys.slice(2), [3, 4, 4]);
const bowl = (x: Parameters<typeof sigmoid>[0] & { square(): typeof images }, y: typeof images) =>
	x.square().div(20).add(y.square());

interface Pictures {
	readonly [name: string]: (options: PictureOptions) => Promise<string>;
}

/** A picture by each function, in a theme. */
const pictures: Pictures = {
	drawCurves: (options) =>
		drawCurves({ loss: [3, 2, Number.NaN, 1], other: [1, 2, 3, 4] }, options),
	drawCurvePanels: (options) =>
		drawCurvePanels({ one: { a: [1, 2] }, two: { a: [2, 1], b: [0, 3] } }, options),
	drawHistograms: (options) => drawHistograms({ weights: normal(keys.slice(3), [50]) }, options),
	drawLayers: (options) =>
		drawLayers(net, normal(keys.slice(4), [5, 4]), {
			...options,
			loss: (y) => softmaxCrossEntropy(y, tensor([0, 1, 0, 1, 0], { dtype: 'i32' })),
		}),
	drawFilters: (options) => drawFilters({ before: images, after: images.neg() }, options),
	drawImages: (options) => drawImages({ 'a picture': images.slice(0) }, options),
	drawErrors: (options) => drawErrors(images, [0, 1, 1], [1, 1, 0], options),
	drawConfusionMatrix: (options) =>
		drawConfusionMatrix(
			[
				[5, 1],
				[0, 3],
			],
			options,
		),
	drawFunctions: (options) =>
		drawFunctions({ sigmoid }, { ...options, slopes: true, tangentsAt: [1] }),
	drawContours: (options) =>
		drawContours(bowl, {
			...options,
			paths: {
				way: [
					[0, 0],
					[1, 1],
				],
			},
		}),
	drawGradientField: (options) => drawGradientField(bowl, options),
	drawPoints: (options) =>
		drawPoints({ a: [[1, 2]], b: normal(keys.slice(5), [20, 2]), none: zeros([0, 2]) }, options),
	drawGrid: (options) =>
		drawGrid([drawCurves({ loss: [1, 2] }), drawFunctions({ sigmoid })], options),
};

test.each(Object.entries(pictures))(
	'%s: a picture is XML with a title, the same bytes each time, and has no colours but those of its theme',
	async (_, draw) => {
		const title = 'Of <one> & "two"';
		const auto = await draw({ title });
		const [root, first] = elementsOf(auto);
		expect([root, first]).toEqual(['svg', 'title']);
		expect(auto).toContain('role="img"');
		expect(auto).toContain('<title>Of &lt;one&gt; &amp; &quot;two&quot;</title>');
		expect(auto).toContain('prefers-color-scheme:dark');
		expect(await draw({ title })).toBe(auto);
		expect(auto).not.toMatch(/="[^"]*(NaN|Infinity|undefined)/);

		for (const theme of ['light', 'dark'] as const) {
			const fixed = await draw({ title, theme });
			elementsOf(fixed);
			expect(fixed).not.toContain('var(');
			const used = fixed.match(/#[0-9a-f]{6}/g) ?? [];
			expect(used).toContain(colours[theme].paper);
			expect(Object.values(colours[theme])).toEqual(expect.arrayContaining([...new Set(used)]));
		}
	},
);

test('whatever curves and classes are called, a picture is XML', async () => {
	const names = [
		'\u0000\u001f',
		'\ud800',
		']]>',
		'&amp;',
		'<script>',
		'"',
		'\ufffe',
		'日本',
		'😀',
		'',
	];
	const curves = Object.fromEntries(names.map((name, i) => [name, [i, i + 1]]));
	elementsOf(await drawCurves(curves, { title: names.join(' '), xLabel: '<&>', yLabel: '\u0007' }));
	const counts = names.map((_, i) => names.map((_, j) => i + j));
	elementsOf(await drawConfusionMatrix(counts, { classes: names }));
});

test('what has to be well formed is told apart from what is not', () => {
	for (const wrong of [
		'<a>',
		'<a></b>',
		'<a b="1" b="2"/>',
		'<a>&</a>',
		'<a/><a/>',
		'<a b=1/>',
		'<a>\u0001</a>',
	])
		expect(() => elementsOf(wrong)).toThrow();
});

test('text is cut where it is too wide, and nowhere else, within a moment', () => {
	expect(fitted('short', 10, 100)).toBe('short');
	const cut = fitted('😀'.repeat(1_000_000), 10, 100);
	expect(cut).toMatch(/^(😀)+…$/u);
	expect(textWidth(cut, 10)).toBeLessThanOrEqual(100);
	expect(textWidth(`😀${cut}`, 10)).toBeGreaterThan(100);
	expect(fitted('', 10, 0)).toBe('');
});

test('a title of any number of words is in lines that the picture has room for', async () => {
	for (let count = 1; count < 40; count += 2) {
		const title = Array.from({ length: count }, (_, i) => 'word'.repeat(1 + (i % 2))).join(' ');
		const picture = await drawImages({ a: zeros([2, 2]) }, { title });
		const width = Number(/ width="(\d+)"/.exec(picture)?.[1]);
		const lines = [...picture.matchAll(/<text[^>]*font-size="15"[^>]*>([^<]*)</g)];
		expect(lines.map(([, text]) => text).join(' ')).toBe(title);
		// In Chromium, the bold letters of DejaVu Sans are 1.13 times as wide as is reckoned for regular ones.
		for (const [, text = ''] of lines) expect(1.13 * textWidth(text, 15)).toBeLessThan(width - 14);
	}
});
