import type { Curve, Curves } from '@pullback/pictures';
import type { NetTraining } from '../training/trainNet.ts';
import { writePicture } from './outputFile.ts';

/** Writes the curves of a run as SVG. Rejects with a DataFileError where that cannot be written. */
export async function writeCurves(file: string, result: NetTraining): Promise<void> {
	const { drawCurves } = await import('@pullback/pictures');
	const { recipe } = result.settings;
	await writePicture(file, await drawCurves(curvesOf(result), { title: recipe, scale: 'log' }));
}

/** The curves of a run as text, of at most so many columns. */
export async function curveText(result: NetTraining, columns: number): Promise<string> {
	const { terminalCurves } = await import('@pullback/pictures');
	return terminalCurves(curvesOf(result), { scale: 'log', width: Math.max(columns, 40) });
}

/** Losses, and the shares of images that are read wrong, by step. */
function curvesOf({ losses, epochs, steps }: NetTraining): Curves {
	const ofSteps = losses.points.map((_, i) => (i + 1) * losses.every);
	const last = epochs.at(-1)?.epoch ?? 1;
	const ofEpochs = epochs.map(({ epoch }) => Math.round((epoch * steps) / last));
	const byEpoch = (of: (epoch: NetTraining['epochs'][number]) => number): Curve => ({
		values: epochs.map(of),
		positions: ofEpochs,
	});
	return {
		'training loss': { values: [...losses.points], positions: ofSteps },
		'test loss': byEpoch(({ testLoss }) => testLoss),
		'training images read wrong': byEpoch(({ trainAccuracy }) => 1 - trainAccuracy),
		'test images read wrong': byEpoch(({ testAccuracy }) => 1 - testAccuracy),
	};
}
