import { mkdtempSync, rmSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Node, tensor } from '@pullback/core';
import {
	openSafetensors,
	readNpz,
	readSafetensors,
	writeNpz,
	writeSafetensors,
} from '../src/index.ts';

// The speed of files of tensors of 1 GB beside that of plain files: npm run program packages/files/test/throughput.ts.
// Each is flushed to the disk, and read from the memory of the system. Prints the best of five rounds, and the
// most memory that was taken: node --expose-gc tells it best.

const tensorBytes = 2 ** 26;
const count = 16;
const folder = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'pullback-throughput-'));
const file = (kind: string): string => join(folder, `weights.${kind}`);

const data = new Float32Array(tensorBytes / 4);
for (let i = 0; i < data.length; i++) data[i] = Math.sin(i);
const tensors = new Map<string, Node>();
for (let i = 0; i < count; i++) tensors.set(`layers.${i}.weight`, tensor(data));
const bytes = new Uint8Array(data.buffer);

/** What is measured, in turn, so that whatever else the machine does falls on all alike. */
const cases: readonly (readonly [what: string, action: () => Promise<unknown>])[] = [
	[
		'plain file, written in pieces of 64 MiB',
		async () => {
			const handle = await open(file('plain'), 'w');
			for (let i = 0; i < count; i++) await handle.write(bytes);
			await handle.sync();
			await handle.close();
		},
	],
	['safetensors, written', () => writeSafetensors(file('safetensors'), tensors)],
	['npz, written', () => writeNpz(file('npz'), tensors)],
	['plain file, read whole', () => readFile(file('plain'))],
	[
		'plain file, read in pieces of 64 MiB',
		async () => {
			const handle = await open(file('plain'), 'r');
			for (let i = 0; i < count; i++)
				await handle.read(Buffer.allocUnsafeSlow(tensorBytes), 0, tensorBytes);
			await handle.close();
		},
	],
	['safetensors, read whole', () => readSafetensors(file('safetensors'))],
	[
		'safetensors, read tensor by tensor',
		async () => {
			const reader = await openSafetensors(file('safetensors'));
			for (const name of reader.names()) await reader.read(name);
			await reader.close();
		},
	],
	['npz, read whole', () => readNpz(file('npz'))],
];

/** Seconds, and the bytes of memory more than before. */
async function measured(
	action: () => Promise<unknown>,
): Promise<{ readonly seconds: number; readonly memory: number }> {
	globalThis.gc?.();
	const before = process.memoryUsage.rss();
	let memory = 0;
	const watch = setInterval(() => {
		memory = Math.max(memory, process.memoryUsage.rss() - before);
	}, 5);
	const start = performance.now();
	await action();
	const seconds = (performance.now() - start) / 1000;
	clearInterval(watch);
	return { seconds, memory };
}

const best = cases.map(() => ({ seconds: Infinity, memory: 0 }));
try {
	for (let round = 0; round < 5; round++)
		for (const [i, [, action]] of cases.entries()) {
			const { seconds, memory } = await measured(action);
			const before = best[i] ?? { seconds, memory };
			best[i] = {
				seconds: Math.min(seconds, before.seconds),
				memory: Math.max(memory, before.memory),
			};
		}
} finally {
	rmSync(folder, { recursive: true, force: true });
}
for (const [i, [what]] of cases.entries()) {
	const { seconds = 0, memory = 0 } = best[i] ?? {};
	const speed = (tensorBytes * count) / seconds / 1e9;
	console.log(`${what.padEnd(44)} ${speed.toFixed(2)} GB/s, up to ${(memory / 1e6).toFixed(0)} MB`);
}
