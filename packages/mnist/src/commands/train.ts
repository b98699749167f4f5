import { formatDuration } from '@pullback/nn/progress';
import { loadMnist } from '../dataset.ts';
import { formatEpoch, formatProgress } from '../progress.ts';
import { recipes } from '../recipes/table.ts';
import { saveNet } from '../savedNet.ts';
import type { NetEvent } from '../training/netRun.ts';
import { optimizers } from '../training/optimizers.ts';
import { schedules } from '../training/schedules.ts';
import { settingLimits } from '../training/settings.ts';
import { type NetTraining, trainNet } from '../training/trainNet.ts';
import { weightsSha256 } from '../weightsHash.ts';
import { type Command, command } from './command.ts';
import { curveText, writeCurves } from './curves.ts';
import { namesOf, oneOf, path, positiveNumber, toggle, wholeNumber } from './optionKinds.ts';
import { checkFolder } from './outputFile.ts';
import { recipeLines } from './recipeLines.ts';
import { dataOption, setThreads, threadsOption } from './sharedOptions.ts';
import { interruptedCode, type Terminal } from './terminal.ts';

const ofRecipe = { initial: undefined, usual: "the recipe's" };
const nowhere = { usual: 'nowhere' };

const options = {
	recipe: oneOf(namesOf(recipes), {
		text: 'the net, and how it is trained',
		initial: undefined,
		usual: 'two-layer',
	}),
	optimizer: oneOf(namesOf(optimizers), { text: 'what moves the weights', ...ofRecipe }),
	'learning-rate': positiveNumber({ text: 'size of a step', ...ofRecipe }),
	schedule: oneOf(namesOf(schedules), { text: 'how that changes', ...ofRecipe }),
	epochs: wholeNumber(1, settingLimits.epochs, { text: 'passes over the images', ...ofRecipe }),
	'batch-size': wholeNumber(1, settingLimits.batchSize, { text: 'images in a step', ...ofRecipe }),
	seed: wholeNumber(0, Number.MAX_SAFE_INTEGER, {
		text: 'chooses the first weights and the batches',
		initial: undefined,
		usual: '0',
	}),
	threads: threadsOption,
	data: dataOption,
	save: path('file', { text: 'where the weights go, as safetensors', ...nowhere }),
	'save-as': oneOf(['f32', 'f16', 'bf16'], {
		text: 'how numbers are stored there',
		initial: 'f32',
	}),
	checkpoint: path('file', { text: 'where the whole run goes, to go on from', ...nowhere }),
	'checkpoint-every': wholeNumber(1, Number.MAX_SAFE_INTEGER, {
		text: 'steps from one to the next',
		initial: undefined,
		usual: 'one after each epoch',
	}),
	resume: path('file', { text: 'goes on from such a checkpoint', usual: 'a new run' }),
	curves: path('file', { text: 'where the curves of the run go, as SVG', ...nowhere }),
	plot: toggle('end with the curves as text'),
};

/** Trains a net by one of the recipes. */
export const train: Command = command({
	about: [
		'Trains a net to read handwritten digits, and tells after each epoch how many test images it reads right.',
		'The same settings give the same weights, to the bit, on any number of threads. Ctrl-C finishes the step,',
		'writes the checkpoint and the weights, and ends with exit code 130.',
		'',
		...recipeLines(),
	],
	options,
	run: async ({ values }, terminal) => {
		const { save, checkpoint, resume, curves, threads, data: dir } = values;
		for (const file of [save, checkpoint, curves]) checkFolder(file);
		setThreads(threads);
		const signal = terminal.interruption();
		const data = await loadMnist({ normalize: false, ...(dir !== undefined && { dir }) });
		const result = await trainNet(data, {
			...given({
				recipe: values.recipe,
				optimizer: values.optimizer,
				learningRate: values['learning-rate'],
				schedule: values.schedule,
				epochs: values.epochs,
				batchSize: values['batch-size'],
				seed: values.seed,
				checkpoint,
				checkpointEvery: values['checkpoint-every'],
				resume,
			}),
			onEvent: (event) => show(terminal, event),
			signal,
		});
		const kind = values['save-as'];
		if (save !== undefined) await saveNet(save, result, kind === 'f32' ? {} : { f32As: kind });
		if (curves !== undefined) await writeCurves(curves, result);
		if (values.plot) terminal.print(await curveText(result, terminal.columns));
		terminal.print(summary(result, save));
		terminal.report(() => report(result));
		return result.interrupted ? interruptedCode : 0;
	},
});

/** What is given of some options, which may not be undefined. */
function given<Options extends object>(
	all: Options,
): { [Name in keyof Options]?: NonNullable<Options[Name]> } {
	const entries = Object.entries(all).filter(([, value]) => value !== undefined);
	return Object.fromEntries(entries) as { [Name in keyof Options]?: NonNullable<Options[Name]> }; // some of these
}

function show({ line }: Terminal, event: NetEvent): void {
	if (event.kind === 'step') line.update(() => formatProgress(event));
	else line.print(formatEpoch(event.result));
}

function summary(result: NetTraining, save: string | undefined): string {
	const last = result.epochs.at(-1);
	const reached =
		last === undefined ? 'nothing yet' : `test accuracy ${last.testAccuracy.toFixed(4)}`;
	const effort = `${result.steps} steps in ${formatDuration(result.seconds)}`;
	const saved = save === undefined ? '' : `; weights in ${save}`;
	return result.interrupted
		? `stopped after ${effort}; reached ${reached}${saved}`
		: `${reached} after ${effort}${saved}`;
}

/** What `--json` prints; the accuracies are those after the last epoch that was finished. */
function report({ settings, model, epochs, losses, steps, seconds, interrupted }: NetTraining) {
	const last = epochs.at(-1);
	return {
		testAccuracy: last?.testAccuracy ?? null,
		trainAccuracy: last?.trainAccuracy ?? null,
		settings,
		steps,
		seconds,
		weightsSha256: weightsSha256(model),
		epochs,
		losses: { every: losses.every, points: losses.points },
		...(interrupted && { interrupted }),
	};
}
