import { randomKey, uniform } from '@pullback/core';
import type { Drawing } from './draw.ts';

/** The strokes of a digit drawn in a way that chance chooses: size, place, pen, slant, light and colours. */
export function randomDrawing(digit: number, seed: number): Drawing {
	const draws = uniform(randomKey(seed), [40]).data();
	let next = 0;
	const between = (low: number, high: number): number => low + (high - low) * (draws[next++] ?? 0);
	const color = (low: number, high: number) =>
		[between(low, high), between(low, high), between(low, high)] as const;
	const shorter = Math.round(between(24, 240));
	const longer = Math.round(shorter * between(1, 1.8));
	const [width, height] = between(0, 1) < 0.5 ? [shorter, longer] : [longer, shorter];
	const size = shorter * between(0.45, 0.75);
	// So far from the edges that no stroke is cut off.
	const margin = 0.62 * size;
	const middle = [
		between(margin / width, 1 - margin / width),
		between(margin / height, 1 - margin / height),
	] as const;
	const grey = (value: number) => [value, value, value] as const;
	const kind = Math.floor(between(0, 4));
	const [ink, paper] =
		kind === 0
			? ([grey(between(0, 0.2)), grey(between(0.8, 1))] as const)
			: kind === 1
				? ([grey(between(0.8, 1)), grey(between(0, 0.2))] as const)
				: kind === 2
					? ([grey(between(0.15, 0.35)), grey(between(0.75, 0.95))] as const)
					: ([color(0, 0.5), color(0.7, 1)] as const);
	return {
		...{ digit, seed, width, height, size, middle, ink, paper },
		pen: between(0.04, 0.2),
		slant: between(-0.15, 0.35),
		turn: between(-8, 8),
		stretch: between(0.8, 1.3),
		shake: between(0, 0.035),
		...(kind === 2 && {
			shade: between(0, 0.5),
			shadow: between(0, 0.3),
			noise: between(0, 0.03),
		}),
		...(kind === 0 && between(0, 1) < 0.3 && { transparent: true }),
	};
}
