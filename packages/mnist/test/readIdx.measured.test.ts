import { createGzip } from 'node:zlib';
import { expect, test } from 'vitest';
import { idxHeader } from './idxFiles.ts';
import { errorOf, writer } from './refusedFiles.ts';

// Files that declare more than they hold, or hold more than they declare.

test('a file is refused whatever sizes it declares, without allocating them', async () => {
	const write = writer();
	const before = process.memoryUsage().arrayBuffers;
	for (const shape of [[190_000_000], [65536, 65536], Array(8).fill(2 ** 32 - 1)]) {
		const file = write(idxHeader(0x08, shape));
		expect((await errorOf(file)).offset).toBe(4 + 4 * shape.length);
	}
	expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50e6);
});

test('300 MB behind a declaration of 2,352 bytes are refused quickly and in little memory', async () => {
	const gzip = createGzip({ level: 9 });
	const parts: Buffer[] = [];
	gzip.on('data', (part: Buffer) => parts.push(part));
	const ended = new Promise((resolve) => gzip.once('end', resolve));
	gzip.write(idxHeader(0x08, [3, 28, 28]));
	const zeros = new Uint8Array(1_000_000);
	for (let megabytes = 0; megabytes < 300; megabytes++) gzip.write(zeros);
	gzip.end();
	await ended;
	const file = writer()(Buffer.concat(parts));
	const before = process.memoryUsage.rss();
	const start = process.cpuUsage();
	const error = await errorOf(file);
	const { user, system } = process.cpuUsage(start);
	expect(user + system).toBeLessThan(2_000_000);
	expect(process.memoryUsage.rss() - before).toBeLessThan(100e6);
	expect(error.offset).toBe(16 + 2352);
}, 30_000);
