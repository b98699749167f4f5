import { relu, sigmoid, tensor } from '@pullback/core';
import {
	drawConfusionMatrix,
	drawContours,
	drawCurves,
	drawFilters,
	drawFunctions,
	drawGradientField,
	drawGraph,
	drawHistograms,
	explainGradient,
} from '@pullback/pictures';

/** A picture of each kind that is drawn by elements of a document, and of those by Graphviz. */
export function drawnPictures(): Promise<readonly string[]> {
	const numbers = Array.from({ length: 200 }, (_, i) => Math.sin(i * i));
	const x = tensor([1, 2]);
	const y = x.exp().mul(x).sum();
	return Promise.all([
		drawGraph(y, { names: { 'x <&>': x } }),
		explainGradient(y, x).svg({ direction: 'down' }),
		drawCurves(
			{ 'a & b': numbers, band: { values: [1, 2], low: [0, 1], high: [2, 3] } },
			{ smooth: true },
		),
		drawHistograms({ numbers }),
		drawFunctions({ sigmoid, relu }, { tangentsAt: [1] }),
		drawContours((x, y) => x.mul(y), {
			paths: {
				way: [
					[0, 0],
					[0.5, 0.5],
				],
			},
		}),
		drawGradientField((x, y) => x.mul(y)),
		drawConfusionMatrix([
			[3, 1],
			[0, 2],
		]),
		drawFilters([
			[
				[1, 2],
				[3, 4],
			],
		]),
	]);
}
