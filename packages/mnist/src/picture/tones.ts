import type { Node } from '@pullback/core';
import { type Plane, planeOf } from './plane.ts';

/**
 * A picture [height, width, channels] in shades of one colour: what is transparent becomes paper, and colours become their
 * places along the direction in which they differ most, from dark to bright, so that red on green of the same brightness is
 * told apart, too.
 */
export function tonesOf(picture: Node): Plane {
	const [height = 0, width = 0, channels = 1] = picture.shape;
	const samples = picture.data();
	const colored = channels >= 3;
	const alpha = channels % 2 === 0;
	const colors = [0, 1, 2].map((k) => {
		const channel = planeOf(width, height);
		for (let i = 0; i < channel.values.length; i++)
			channel.values[i] = samples[i * channels + (colored ? k : 0)] ?? 0;
		return channel.values;
	});
	if (alpha) {
		const opacity = Float32Array.from(
			colors[0] ?? [],
			(_, i) => samples[i * channels + channels - 1] ?? 0,
		);
		layOnPaper(colors, opacity);
	}
	const tones = planeOf(width, height);
	const axis = colored ? mainDirection(colors) : [1, 0, 0];
	for (const [k, values] of colors.entries())
		for (let i = 0; i < values.length; i++)
			tones.values[i] = (tones.values[i] ?? 0) + (axis[k] ?? 0) * (values[i] ?? 0);
	return tones;
}

/** Lays what is to be seen on white, or on black if it is rather bright itself. */
function layOnPaper(colors: readonly Float32Array[], opacity: Float32Array): void {
	let [bright, seen] = [0, 0];
	for (const values of colors)
		for (let i = 0; i < values.length; i++) {
			bright += (opacity[i] ?? 0) * (values[i] ?? 0);
			seen += opacity[i] ?? 0;
		}
	const paper = bright > seen / 2 ? 0 : 1;
	for (const values of colors)
		for (let i = 0; i < values.length; i++) {
			const cover = opacity[i] ?? 0;
			values[i] = cover * (values[i] ?? 0) + (1 - cover) * paper;
		}
}

/** Steps of the power iteration; where two directions are nearly as good, either will do. */
const iterations = 30;

/** The first principal component of colours, towards brightness. */
function mainDirection(colors: readonly Float32Array[]): number[] {
	const count = colors[0]?.length ?? 0;
	const means = colors.map((values) => values.reduce((sum, value) => sum + value, 0) / count);
	const covariance = colors.map((a, j) =>
		colors.map((b, k) => {
			let sum = 0;
			for (let i = 0; i < count; i++)
				sum += ((a[i] ?? 0) - (means[j] ?? 0)) * ((b[i] ?? 0) - (means[k] ?? 0));
			return sum / count;
		}),
	);
	// From the colour that varies most, which no direction is at right angles to that is worth finding.
	const most = covariance.map((row, k) => row[k] ?? 0);
	let axis = covariance[most.indexOf(Math.max(...most))] ?? [];
	for (let step = 0; step < iterations; step++) {
		const length = Math.hypot(...axis);
		if (length === 0) return [1 / 3, 1 / 3, 1 / 3];
		const unit = axis.map((value) => value / length);
		axis = covariance.map((row) => row.reduce((sum, value, k) => sum + value * (unit[k] ?? 0), 0));
	}
	const sum = axis.reduce((total, value) => total + value, 0);
	const length = Math.hypot(...axis);
	return axis.map((value) => (sum < 0 ? -value : value) / length);
}
