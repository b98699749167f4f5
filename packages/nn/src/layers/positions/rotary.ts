import { formatShape, type Node, ShapeError, stack } from '@pullback/core';
import { floatingOf } from './positions.ts';
import { WavePositions } from './waves.ts';

/**
 * x [..., tokens, width] rotated by angles of each token's position (Su et al. 2021, RoFormer): the pair of elements 2 i
 * and 2 i + 1, as a vector of the plane, turns by position / base^(2 i / width). Products of rotated queries and keys depend
 * on their positions by the distance alone. It has no parameters. Neighbours are pairs, as in the paper; nets that pair i
 * with i + width / 2 have their columns in another order. Throws ShapeError for an odd width.
 */
export class RotaryPositions extends WavePositions {
	protected override encoded(x: Node, angle: Node): Node {
		const width = x.shape.at(-1) ?? 0;
		if (width % 2 !== 0)
			throw new ShapeError(
				`RotaryPositions: got ${formatShape(x.shape)}, needs an even number of elements to rotate in pairs`,
			);
		const dtype = floatingOf(x);
		const [cos, sin] = [angle.cos().cast(dtype), angle.sin().cast(dtype)];
		const pairs = x.reshape([...x.shape.slice(0, -1), width / 2, 2]);
		const every = x.shape.map(() => null);
		const [a, b] = [pairs.slice(...every, 0), pairs.slice(...every, 1)];
		const turned = [a.mul(cos).sub(b.mul(sin)), a.mul(sin).add(b.mul(cos))];
		return stack(turned, -1).reshape(x.shape);
	}
}
