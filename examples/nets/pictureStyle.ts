// A picture is painted by gradient on its pixels: from afar it is a house, from near it is made of waves of two colours. What
// a style is, wherever it stands, is which features of a convolution occur together. Gatys, Ecker and Bethge, "A neural
// algorithm of artistic style" (2015); filters drawn at random do: Ustyuzhaninov et al., "Texture synthesis using shallow
// convolutional networks with random filters" (2016).
import {
	arange,
	compile,
	type Node,
	norm,
	normal,
	randomKey,
	splitKey,
	sum,
	tensor,
	variable,
	where,
} from '@pullback/core';
import { Adam, cosineSchedule } from '@pullback/nn';
import { ProgressLine } from '@pullback/nn/progress';

/** Red, green and blue, from 0 to 1, for each pixel. */
function colour(red: number, green: number, blue: number): Node {
	return tensor([red, green, blue], { shape: [3, 1, 1] });
}

/** The coordinates of pixels from left to right and from top to bottom, [1, side] and [side, 1], from -1 to 1. */
function coordinates(side: number): { x: Node; y: Node } {
	const x = arange(side)
		.add(0.5)
		.mul(2 / side)
		.sub(1);
	return { x: x.expandDims(0), y: x.expandDims(1) };
}

/** A dark house in front of a bright sky with a sun, [3, side, side]. */
export function drawHouse(side: number): Node {
	const { x, y } = coordinates(side);
	const across = x.add(0.15).abs();
	const shapes: [inside: Node, colour: Node][] = [
		[y.greater(0.6), colour(0.3, 0.55, 0.3)],
		[x.sub(0.6).square().add(y.add(0.6).square()).less(0.07), colour(1, 0.85, 0.2)],
		[across.less(0.45).logicalAnd(y.greater(-0.1)).logicalAnd(y.less(0.8)), colour(0.5, 0.25, 0.2)],
		[across.less(y.add(0.8)).logicalAnd(y.lessEqual(-0.1)), colour(0.35, 0.1, 0.1)],
		[across.less(0.18).logicalAnd(y.greater(0.2)).logicalAnd(y.less(0.8)), colour(0.95, 0.85, 0.5)],
	];
	const sky = colour(0.75, 0.87, 0.97).broadcastTo([3, side, side]);
	return shapes.reduce((picture, [inside, paint]) => where(inside, paint, picture), sky);
}

/** Waves of blue and cream, [3, side, side], which go on at the opposite edge. */
export function drawWaves(side: number): Node {
	const { x, y } = coordinates(side);
	const bend = x
		.sub(y)
		.mul(2 * Math.PI)
		.sin()
		.mul(0.3);
	const cream = x
		.add(y)
		.mul(3)
		.add(bend)
		.mul(2 * Math.PI)
		.sin()
		.mul(3)
		.sigmoid();
	return colour(0.95, 0.85, 0.6)
		.mul(cream)
		.add(colour(0.1, 0.2, 0.5).mul(cream.neg().add(1)));
}

/** Filters of a size [32, 3, size, size]. */
export function drawFilters(key: Node, size: number): Node {
	const filters = normal(key, [32, 3, size, size], { std: 1 / (Math.sqrt(3) * size) });
	// Those of one pixel tell the colour, the others how it changes.
	return size === 1 ? filters : filters.sub(filters.mean([2, 3], { keepDims: true }));
}

/** How often features occur together in a picture: for each bank of filters, the mean products [32, 32] over all pixels. */
export function styleOf(picture: Node, banks: readonly Node[]): Node[] {
	return banks.map((filters) => {
		const edge = ((filters.shape[3] ?? 1) - 1) / 2;
		const widths = [edge, edge] as const;
		const padded = picture.sub(0.5).pad([widths, widths], { mode: 'circular' });
		const features = padded.expandDims(0).conv2d(filters).relu().reshape([32, -1]);
		return features.matmul(features.transpose()).div(features.shape[1] ?? 1);
	});
}

/** The mean of the squared distances of two styles, each in parts of the second. */
export function distance(styles: readonly Node[], others: readonly Node[]): Node {
	const parts = styles.map((style, i) => {
		const other = others[i] as Node; // as many
		return sum(style.sub(other).square()).div(sum(other.square()));
	});
	return parts.reduce((total, part) => total.add(part)).div(parts.length);
}

/** What is seen from afar: the brightness of 16 by 16 parts, less its mean. */
function fromAfar(picture: Node): Node {
	const brightness = picture.mean(0, { keepDims: true }).expandDims(0);
	const parts = brightness.avgPool2d((picture.shape[1] ?? 0) / 16).flatten();
	return parts.sub(parts.mean());
}

/** How a picture is painted. */
export interface Settings {
	readonly steps: number;
	readonly seed: number;
	/** The number of pixels along each edge, a multiple of 16. */
	readonly side: number;
	/** Is told how far it is. */
	readonly tell?: (text: () => string) => void;
}

/** How the whole picture is painted. */
export const whole: Settings = { steps: 150, seed: 0, side: 96 };

/** A picture, and what it is made of, each [3, side, side]. */
export interface Painted {
	readonly house: Node;
	readonly waves: Node;
	readonly picture: Node;
	/** The distance of each step's picture, before it, from the style of the waves. */
	readonly curve: readonly number[];
	/** The distance of the picture at the end, and of the house. */
	readonly style: { readonly picture: number; readonly house: number };
	/** The correlation with what is seen of the house from afar: of the picture, and of the waves. */
	readonly likeness: { readonly picture: number; readonly waves: number };
}

/** Paints the house in waves. */
export function paint({ steps, seed, side, tell }: Settings): Painted {
	const keys = splitKey(randomKey(seed), 5);
	const [house, waves] = [drawHouse(side), drawWaves(side)];
	const banks = [1, 3, 5, 9].map((size, i) => drawFilters(keys.slice(i), size));
	const [style, seen] = [styleOf(waves, banks), fromAfar(house)];
	const logits = variable(normal(keys.slice(4), house.shape, { std: 0.3 }), { name: 'logits' });
	const optimizer = new Adam([logits], { learningRate: cosineSchedule(0.1, { steps }) });
	const step = compile(() => {
		const picture = logits.sigmoid();
		const ofStyle = distance(styleOf(picture, banks), style);
		const ofContent = sum(fromAfar(picture).sub(seen).square()).div(sum(seen.square()));
		optimizer.minimize(ofStyle.add(ofContent.mul(0.5)));
		return ofStyle;
	});
	const curve = Array.from({ length: steps }, (_, i) => {
		const far = step().item();
		tell?.(() => `step ${i + 1} of ${steps}: ${far.toFixed(3)} from the style`);
		return far;
	});
	const picture = logits.sigmoid();
	const styleFrom = (other: Node): number => distance(styleOf(other, banks), style).item();
	const likenessOf = (other: Node): number => {
		const afar = fromAfar(other);
		return sum(afar.mul(seen))
			.div(norm(afar).mul(norm(seen)))
			.item();
	};
	return {
		...{ house, waves, picture, curve },
		style: { picture: styleFrom(picture), house: styleFrom(house) },
		likeness: { picture: likenessOf(picture), waves: likenessOf(waves) },
	};
}

/** What is to be said of it; throws if it has not the style of the one, or not the content of the other. */
export function verdict({ style, likeness }: Painted): string {
	// A picture without any features is at a distance of 1.
	if (!(style.picture < 1 / 8))
		throw new Error(
			`pictureStyle: the picture is ${style.picture} from the style of the waves; must be below 1/8`,
		);
	// The square of a correlation is the share of the variance that it explains; that of the waves is next to none.
	if (!(likeness.picture > 0.9))
		throw new Error(
			`pictureStyle: from afar the picture has a correlation of ${likeness.picture} with the house; must be above 0.9`,
		);
	return `${style.picture.toFixed(3)} from the style of the waves, where the house is ${style.house.toFixed(3)}; a correlation of ${likeness.picture.toFixed(3)} with the house, where the waves have ${likeness.waves.toFixed(3)}`;
}

if (process.argv[1] === import.meta.filename) {
	const line = new ProgressLine(process.stderr);
	const tell = (text: () => string): void => line.update(text);
	const painted = paint({ ...whole, tell });
	line.clear();
	console.log(verdict(painted));
}
