import { Affine } from '../../src/index.ts';
import { layer, type Rows } from './row.ts';

export const layers: Rows = {
	Affine: [
		layer((key, dtype) => new Affine({ inputs: 3, outputs: 2, key, dtype }), [4, 3]),
		layer(
			(key, dtype) => new Affine({ inputs: 3, outputs: 2, key, dtype, bias: false }),
			[2, 2, 3],
		),
	],
};
