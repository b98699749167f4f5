import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tensor } from '@pullback/core';
import { afterAll } from 'vitest';
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

const checkpoint = checkpoints[0]?.bytes ?? pickle;
const checkpointFile = join(folder, 'model.pt');
writeFileSync(checkpointFile, checkpoint);

const errors = [files.DataFileError];

const table: { readonly [Name in Exclude<keyof typeof files, keyof typeof others>]: Row } = {
	parsePickle: { ...examples(() => [pickle, 'weights.pkl']), errors },
	parsePyTorch: { ...examples(() => [checkpoint, 'model.pt']), errors },
	readPyTorch: { ...examples(() => [checkpointFile]), errors },
	tensorsOf: examples(() => [
		new Map([['model', new Map([['weight', tensor([1, 2])]])]]),
		['model'],
	]),
	readPickle: { ...examples(() => [file]), errors },
};

everyExportIsAttacked(files, table, others);

wrongArgumentsFail(subjectsOf(files, table));
