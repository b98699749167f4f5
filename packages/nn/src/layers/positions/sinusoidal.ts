import { type Node, stack } from '@pullback/core';
import { floatingOf } from './positions.ts';
import { WavePositions } from './waves.ts';

/**
 * x [..., tokens, width] plus waves of each token's position (Vaswani et al. 2017): sin(position / base^(2 i / width)) at
 * 2 i, and the cosine of the same at 2 i + 1. It has no parameters. Throws ShapeError for an input of fewer axes.
 */
export class SinusoidalPositions extends WavePositions {
	protected override encoded(x: Node, angle: Node): Node {
		const pairs = stack([angle.sin(), angle.cos()], -1);
		// An odd width ends with a sine.
		const waves = pairs.flatten(1).slice(null, [0, x.shape.at(-1) ?? 0]);
		return x.add(waves.cast(floatingOf(x)));
	}
}
