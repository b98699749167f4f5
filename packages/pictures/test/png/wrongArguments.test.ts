import { tensor, zeros } from '@pullback/core';
import { DataFileError } from '@pullback/files';
import {
	examples,
	type Row,
	subjectsOf,
	wrongArgumentsFail,
} from '../../../core/test/wrongArguments.ts';
import * as pictures from '../../src/index.ts';

const file = pictures.encodePng([[0, 1]]);

const table: { readonly [name: string]: Row } = {
	decodePng: {
		...examples(() => [file, 'picture.png', { dtype: 'u8', maxPixels: 9 }]),
		errors: [DataFileError],
	},
	encodePng: examples(() => [tensor([[0, 1]]), { depth: 16 }]),
	imageSheet: examples(() => [
		zeros([2, 2, 3]),
		{ columns: 1, labels: ['1', '2'], scale: 6, gap: 1 },
	]),
	terminalImage: examples(() => [tensor([[0, 1]]), { columns: 8, colors: true }]),
};

wrongArgumentsFail(subjectsOf(pictures, table));
