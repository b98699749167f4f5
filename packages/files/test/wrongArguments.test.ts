import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tensor, variable } from '@pullback/core';
import { afterAll } from 'vitest';
import { mine } from '../../core/test/hostileValues.ts';
import {
	everyExportIsAttacked,
	examples,
	type Row,
	subjectsOf,
	wrongArgumentsFail,
} from '../../core/test/wrongArguments.ts';
import * as files from '../src/index.ts';
import { readable as checkpoints } from './pytorch.ts';

/** What is exported and is no function that users call, with the reason. */
const others = { DataFileError: 'an error' } as const;

const folder = mkdtempSync(join(tmpdir(), 'pullback-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'weights.pkl');
const pickle = Uint8Array.of(0x4e, 0x2e); // None
writeFileSync(file, pickle);
const weights = join(folder, 'weights.safetensors');
writeFileSync(weights, files.formatSafetensors({ x: [1, 2] }));
const array = join(folder, 'weights.npy');
writeFileSync(array, files.formatNpy([1, 2]));
const arrays = join(folder, 'weights.npz');
writeFileSync(arrays, files.formatNpz({ x: [1, 2] }));

/** Opens a file, and closes it. */
const opened = async (...args: readonly unknown[]): Promise<void> => {
	const reader = await files.openSafetensors(...(args as Parameters<typeof files.openSafetensors>));
	await reader.close();
};

/** Writes to any name, but nowhere else than into the folder. */
const inFolder =
	(write: (file: string, ...rest: never[]) => unknown) =>
	(file: unknown, ...rest: readonly unknown[]): unknown => {
		const isName = typeof file === 'string' && file !== '' && !file.startsWith(folder);
		return Reflect.apply(write, null, [isName ? join(folder, file) : file, ...rest]);
	};

const checkpoint = checkpoints[0]?.bytes ?? pickle;
const checkpointFile = join(folder, 'model.pt');
writeFileSync(checkpointFile, checkpoint);

const errors = [files.DataFileError];

const part = (): files.Part => {
	const variables = new Map([['weight', variable([1])]]);
	return { namedVariables: mine(() => variables) };
};
const run = join(folder, 'run.safetensors');
writeFileSync(run, files.formatCheckpoint({ model: part() }, { epoch: 1, batch: 2 }));

const table: { readonly [Name in Exclude<keyof typeof files, keyof typeof others>]: Row } = {
	formatCheckpoint: { ...examples(() => [{ model: part() }, { epoch: 1 }]), records: [0, 1] },
	loadCheckpoint: { ...examples(() => [run, { model: part() }]), errors },
	parseCheckpoint: {
		...examples(() => [files.formatCheckpoint({ model: part() }), 'run', { model: part() }]),
		errors,
	},
	readNotes: { ...examples(() => [run]), errors },
	resumable: {
		...examples(() => [run, { model: part() }, { everySteps: 3 }]),
		parts: ['loadCheckpoint'],
		errors,
	},
	saveCheckpoint: {
		...examples(() => [run, { model: part() }, { epoch: 1 }]),
		records: [1, 2],
		errors,
		call: inFolder(files.saveCheckpoint),
	},
	formatNpy: examples(
		() => [tensor([1, 2])],
		() => [3],
	),
	formatNpz: {
		...examples(
			() => [{ x: tensor([1, 2]) }],
			() => [new Map([['x', [1]]])],
		),
		records: [0],
	},
	formatSafetensors: {
		...examples(
			() => [{ x: tensor([1, 2]) }, { f32As: 'bf16' }],
			() => [new Map([['x', [1]]]), {}],
		),
		records: [0],
	},
	openSafetensors: { ...examples(() => [weights]), errors, call: opened },
	parseNpy: { ...examples(() => [files.formatNpy(1), 'weights.npy']), errors },
	parseNpz: {
		...examples(() => [files.formatNpz({ x: 1 }), 'weights.npz', { maxInflatedBytes: 100 }]),
		errors,
	},
	parsePickle: { ...examples(() => [pickle, 'weights.pkl']), errors },
	parsePyTorch: { ...examples(() => [checkpoint, 'model.pt']), errors },
	readPyTorch: { ...examples(() => [checkpointFile]), errors },
	tensorsOf: examples(() => [
		new Map([['model', new Map([['weight', tensor([1, 2])]])]]),
		['model'],
	]),
	parseSafetensors: {
		...examples(() => [files.formatSafetensors({ x: 1 }), 'weights.safetensors']),
		errors,
	},
	readNpy: { ...examples(() => [array]), errors },
	readNpz: { ...examples(() => [arrays, { maxInflatedBytes: 100 }]), errors },
	readPickle: { ...examples(() => [file]), errors },
	readSafetensors: { ...examples(() => [weights]), errors },
	writeNpy: { ...examples(() => [array, tensor([1, 2])]), errors, call: inFolder(files.writeNpy) },
	writeNpz: {
		...examples(() => [arrays, { x: tensor([1, 2]) }]),
		records: [1],
		errors,
		call: inFolder(files.writeNpz),
	},
	writeSafetensors: {
		...examples(() => [weights, { x: tensor([1, 2]) }, { f32As: 'f16' }]),
		records: [1],
		errors,
		call: inFolder(files.writeSafetensors),
	},
};

everyExportIsAttacked(files, table, others);

wrongArgumentsFail(subjectsOf(files, table));
