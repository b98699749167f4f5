// Draws hundreds of pictures: npx vitest run --mode long packages/pictures/test/wrongArguments
import { randomKey, tensor, zeros } from '@pullback/core';
import { Affine } from '@pullback/nn';
import {
	examples,
	type Row,
	subjectsOf,
	wrongArgumentsFail,
} from '../../core/test/wrongArguments.ts';
import * as pictures from '../src/index.ts';

/** Milliseconds: right calls draw. */
const drawing = { milliseconds: 3000 };

const table: { readonly [name: string]: Row } = {
	drawCurves: {
		records: [0],
		...examples(() => [{ a: [1, 2] }, { width: 60, height: 60 }]),
		...drawing,
	},
	drawCurvePanels: {
		records: [0],
		...examples(() => [{ p: { a: [1, 2] } }, { columns: 1 }]),
		...drawing,
	},
	drawHistograms: {
		records: [0],
		...examples(() => [{ a: [1, 2] }, { bins: 3, range: [0, 1] }]),
		...drawing,
	},
	drawLayers: {
		parts: ['Affine'], // layers tell what does not fit them
		...examples(() => [
			new Affine({ inputs: 2, outputs: 1, key: randomKey(0) }),
			[[1, 2]],
			{ bins: 3 },
		]),
		...drawing,
	},
	drawFilters: { ...examples(() => [zeros([2, 2, 2]), { columns: 1, size: 4 }]), ...drawing },
	drawImages: {
		records: [0],
		...examples(() => [{ a: zeros([2, 2]) }, { range: [0, 1] }]),
		...drawing,
	},
	drawPoints: {
		records: [0],
		...examples(() => [{ a: zeros([3, 2]) }, { x: [0, 1], separate: true }]),
		...drawing,
	},
	drawErrors: { ...examples(() => [zeros([2, 2, 2]), [0, 1], [1, 1], { count: 2 }]), ...drawing },
	drawConfusionMatrix: {
		...examples(() => [
			tensor([
				[1, 0],
				[0, 1],
			]),
			{ classes: ['a', 'b'] },
		]),
		...drawing,
	},
	terminalCurves: {
		records: [0],
		...examples(() => [{ a: [1, 2] }, { width: 60, height: 6 }]),
		...drawing,
	},
};

wrongArgumentsFail(subjectsOf(pictures, table));
