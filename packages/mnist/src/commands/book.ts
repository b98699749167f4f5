import { formatDuration, type ProgressLine } from '@pullback/nn/progress';
import type { TrainingEvent } from '../bookTraining.ts';
import { loadMnist } from '../dataset.ts';
import { formatEpoch, formatProgress } from '../progress.ts';
import { type TrainingResult, trainTwoLayerNet } from '../recipe.ts';
import { recipeDefaults as defaults, recipeLimits } from '../recipeNumbers.ts';
import { weightsSha256 } from '../weightsHash.ts';
import { type Command, command } from './command.ts';
import { positiveNumber, wholeNumber } from './optionKinds.ts';
import { dataOption } from './sharedOptions.ts';
import { interruptedCode } from './terminal.ts';

const options = {
	iterations: wholeNumber(1, recipeLimits.iterations, {
		text: 'training steps',
		initial: defaults.iterations,
	}),
	'batch-size': wholeNumber(1, recipeLimits.batchSize, {
		text: 'images in a step',
		initial: defaults.batchSize,
	}),
	hidden: wholeNumber(1, recipeLimits.hidden, {
		text: 'units in the hidden layer',
		initial: defaults.hidden,
	}),
	'learning-rate': positiveNumber({ text: 'size of a step', initial: defaults.learningRate }),
	seed: wholeNumber(0, Number.MAX_SAFE_INTEGER, {
		text: 'chooses the weights and the batches',
		initial: defaults.seed,
	}),
	data: dataOption,
};

/** The run of the book's chapter 5: what the program does without a command. */
export const book: Command = command({
	about: ['Trains a net of two layers to read the handwritten digits of MNIST.'],
	options,
	run: async ({ values }, terminal) => {
		const { iterations, 'batch-size': batchSize, hidden, seed, data: dir } = values;
		const { line } = terminal;
		const signal = terminal.interruption();
		const data = await loadMnist({ normalize: false, ...(dir !== undefined && { dir }) });
		const result = await trainTwoLayerNet(data, {
			...{ iterations, batchSize, hidden, seed },
			learningRate: values['learning-rate'],
			onEvent: (event) => show(line, event),
			signal,
		});
		line.print(summary(result));
		terminal.report(() => report(result));
		return result.interrupted ? interruptedCode : 0;
	},
});

function show(line: ProgressLine, event: TrainingEvent): void {
	switch (event.kind) {
		case 'step':
			line.update(() => formatProgress(event));
			break;
		case 'evaluating':
			line.update(() => `evaluating ${event.done}/${event.total} images`);
			break;
		case 'epoch':
			line.print(formatEpoch(event.result));
	}
}

function summary({ history, iterations, seconds, interrupted }: TrainingResult): string {
	const last = history.at(-1);
	const reached =
		last === undefined ? 'nothing yet' : `test accuracy ${last.testAccuracy.toFixed(4)}`;
	const effort = `${iterations} iterations in ${formatDuration(seconds)}`;
	return interrupted ? `stopped after ${effort}; reached ${reached}` : `${reached} after ${effort}`;
}

/** What `--json` prints; the accuracies are those of the last evaluation. */
function report({ model, history, iterations, seconds, interrupted }: TrainingResult) {
	const last = history.at(-1);
	return {
		testAccuracy: last?.testAccuracy ?? null,
		trainAccuracy: last?.trainAccuracy ?? null,
		iterations,
		seconds,
		weightsSha256: weightsSha256(model),
		history,
		...(interrupted && { interrupted }),
	};
}
