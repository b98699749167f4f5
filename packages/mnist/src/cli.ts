#!/usr/bin/env node
import { OutOfMemoryError, ThreadError } from '@pullback/core';
import { DataFileError } from '@pullback/files';
import { formatDuration, ProgressLine } from '@pullback/nn/progress';
import { helpText, parseArguments, UsageError } from './arguments.ts';
import { commandName } from './commandName.ts';
import { loadMnist } from './dataset.ts';
import { formatProgress } from './progress.ts';
import { type TrainingResult, trainTwoLayerNet } from './recipe.ts';
import type { EpochResult, TrainingEvent } from './training.ts';
import { TrainingError } from './trainingSets.ts';
import { weightsSha256 } from './weightsHash.ts';

/** The exit code of a program that the keyboard interrupted: 128 and the number of SIGINT. */
const interruptedCode = 130;

/** npm passes on the terminal's Ctrl-C, so one press can arrive twice; a person is slower than this. */
const samePressMs = 100;

async function main(): Promise<number> {
	const { data: dir, json, help, ...numbers } = parseArguments(process.argv.slice(2));
	if (help) {
		const { npm_lifecycle_event } = process.env;
		process.stdout.write(`${helpText(commandName(process.argv[1], npm_lifecycle_event))}\n`);
		return 0;
	}
	const line = new ProgressLine(json ? process.stderr : process.stdout);
	const signal = stopOnInterrupt(line);
	const data = await loadMnist({ normalize: false, ...(dir !== undefined && { dir }) });
	try {
		const result = await trainTwoLayerNet(data, {
			...numbers,
			onEvent: (event) => show(line, event),
			signal,
		});
		line.print(summary(result));
		if (json) process.stdout.write(`${JSON.stringify(report(result))}\n`);
		return result.interrupted ? interruptedCode : 0;
	} finally {
		line.clear();
	}
}

/** A signal that the first Ctrl-C aborts; the second ends the program at once. */
function stopOnInterrupt(line: ProgressLine): AbortSignal {
	const controller = new AbortController();
	let first: number | undefined;
	process.on('SIGINT', () => {
		const now = performance.now();
		if (first === undefined) {
			first = now;
			controller.abort();
		} else if (now - first > samePressMs) {
			line.clear();
			process.exit(interruptedCode);
		}
	});
	return controller.signal;
}

function show(line: ProgressLine, event: TrainingEvent): void {
	switch (event.kind) {
		case 'step':
			line.update(() => formatProgress(event));
			break;
		case 'evaluating':
			line.update(() => `evaluating ${event.done}/${event.total} images`);
			break;
		case 'epoch':
			line.print(epochText(event.result));
	}
}

function epochText({ epoch, trainAccuracy, testAccuracy, loss }: EpochResult): string {
	const number = Number.isInteger(epoch) ? String(epoch) : epoch.toFixed(2);
	const [train, test] = [trainAccuracy.toFixed(4), testAccuracy.toFixed(4)];
	return `epoch ${number.padStart(5)}  loss ${loss.toFixed(4)}  train accuracy ${train}  test accuracy ${test}`;
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

/** What is no mistake of ours: flags, files, what a run comes to, and settings and memory of the machine. */
const foreseen = [
	UsageError,
	DataFileError,
	TrainingError,
	RangeError,
	OutOfMemoryError,
	ThreadError,
] as const;

/** Says in one line what went wrong; only a mistake of ours shows where it happened. */
function complain(error: unknown): void {
	const text = foreseen.some((kind) => error instanceof kind)
		? `${(error as Error).message.replace(/\p{Cc}+/gu, ' ')}${adviceFor(error)}` // of one of these kinds
		: `${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
	process.stderr.write(`pullback-mnist: ${text}\n`);
}

/** What to do about it, where the error does not know. */
function adviceFor(error: unknown): string {
	if (error instanceof UsageError) return '; see --help';
	// The engine's memory, and JavaScript's own.
	const memory = error instanceof OutOfMemoryError || /allocation failed/.test(String(error));
	return memory ? '; lower --batch-size or --hidden' : '';
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	// Whoever read the output has seen enough, as in `npm run mnist | head`.
	if (error.code === 'EPIPE') process.exit(0);
	process.stderr.write(`pullback-mnist: cannot write the output: ${error.message}\n`);
	process.exit(1);
});
// Nobody is left to be told; the result still goes to stdout.
process.stderr.on('error', () => {});

try {
	process.exitCode = await main();
} catch (error) {
	complain(error);
	process.exitCode = 1;
}
