import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type DownloadEvent, type DownloadPlan, download } from '../src/download/download.ts';
import { DownloadError } from '../src/download/downloadError.ts';
import { sources } from '../src/download/sources.ts';
import type { WantedFile } from '../src/download/transfer.ts';
import { temporaryFolder } from './idxFiles.ts';

/** Bytes that gzip cannot pack, so that files are as long as these are. */
function content(length: number, seed: number): Buffer {
	const bytes = Buffer.alloc(length);
	for (let i = 0, x = seed; i < length; i++) {
		x = (Math.imul(x, 1_103_515_245) + 12_345) >>> 0;
		bytes[i] = x >>> 24;
	}
	return gzipSync(bytes);
}

const contents = new Map([
	['first.gz', content(300_000, 1)],
	['second.gz', content(1_000, 2)],
]);
const wanted = (name: string): WantedFile => {
	const bytes = contents.get(name) ?? Buffer.alloc(0);
	return { name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
};
const files = ['first.gz', 'second.gz'].map(wanted);
const first = contents.get('first.gz') ?? Buffer.alloc(0);

/** A server on loopback: its address, and the paths and ranges that it was asked for. */
async function serve(answer: RequestListener): Promise<{ url: string; asked: string[] }> {
	const asked: string[] = [];
	const server = createServer((request, response) => {
		asked.push([request.url, request.headers.range].filter(Boolean).join(' '));
		answer(request, response);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked };
}

const bytesFor = (path = ''): Buffer => contents.get(path.slice(1)) ?? Buffer.alloc(0);

/** A mirror as it should be: the rest of a file where that is asked for. */
const right: RequestListener = ({ url, headers }, response) => {
	const bytes = bytesFor(url);
	const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
	response.writeHead(start > 0 ? 206 : 200, {
		'content-type': 'application/gzip',
		'content-length': bytes.length - start,
		...(start > 0 && { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
	});
	response.end(bytes.subarray(start));
};

/** Milliseconds in which what has been sent arrives: of a connection that ends at once, it may not. */
const arrivalMs = 30;

/** Sends the beginning of what the right mirror does, and cuts the connection. */
const cutting =
	(count: number): RequestListener =>
	({ url, headers }, response) => {
		const bytes = bytesFor(url);
		const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
		response.writeHead(start > 0 ? 206 : 200, {
			'content-length': bytes.length - start,
			...(start > 0 && { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
		});
		response.write(bytes.subarray(start, start + count));
		setTimeout(() => response.destroy(), arrivalMs);
	};

/** Runs a download from some mirrors into a new folder; what it told is in `events`. */
function start(mirrors: readonly string[], more: Partial<DownloadPlan> = {}) {
	const folder = more.folder ?? temporaryFolder();
	const events: DownloadEvent[] = [];
	const done = download({
		...{ files, mirrors, folder, stallMs: 5000, pauseMs: 1 },
		signal: new AbortController().signal,
		onEvent: (event) => events.push(event),
		...more,
	});
	const reasons = () => events.flatMap((event) => (event.kind === 'failed' ? [event.reason] : []));
	return { folder, events, done, reasons };
}

/** The folder holds the files as they should be, and nothing else. */
function expectWhole(folder: string): void {
	expect(readdirSync(folder).sort()).toEqual([...contents.keys()]);
	for (const [name, bytes] of contents)
		expect(readFileSync(join(folder, name)).equals(bytes), name).toBe(true);
}

test('a mirror as it should be gives all files, and is not asked for what is there', async () => {
	const { url, asked } = await serve(right);
	const { folder, done, events } = start([url]);
	await done;
	expectWhole(folder);
	expect(events.at(-1)).toEqual({ kind: 'file', file: files[1], found: false });
	expect(asked).toEqual(['/first.gz', '/second.gz']);
	await start([url], { folder }).done;
	expect(asked).toHaveLength(2);
});

test('the next mirror goes on where one was cut', async () => {
	const cut = await serve(cutting(100_000));
	const good = await serve(right);
	const { folder, done } = start([cut.url, good.url], { files: files.slice(0, 1) });
	await done;
	expect(readFileSync(join(folder, 'first.gz')).equals(first)).toBe(true);
	expect(good.asked).toEqual([expect.stringMatching(/^\/first\.gz bytes=\d+-$/)]);
});

test('a mirror that is cut again and again gives the whole in the end', async () => {
	const { url } = await serve(cutting(120_000));
	const { folder, done } = start([url], { files: files.slice(0, 1) });
	await done;
	expect(readFileSync(join(folder, 'first.gz')).equals(first)).toBe(true);
});

describe('a bad mirror is told, and the next gives the files', () => {
	const hostile: readonly (readonly [string, RequestListener, RegExp])[] = [
		[
			'a page of HTML',
			(_, response) => {
				response.setHeader('content-type', 'text/html; charset=utf-8').end('<html>log in</html>');
			},
			/^it sent a page of text\/html$/,
		],
		[
			'HTML that says it is no HTML',
			({ url }, response) => {
				response.end('<html>'.padEnd(bytesFor(url).length));
			},
			/^it sent something that is no gzip file$/,
		],
		[
			'nothing there',
			(_, response) => {
				response.writeHead(404).end('no');
			},
			/^it answered 404 Not Found$/,
		],
		[
			'an error of the server',
			(_, response) => {
				response.writeHead(503).end();
			},
			/^it answered 503/,
		],
		[
			'a length that is false',
			({ url }, response) => {
				response.setHeader('content-length', bytesFor(url).length + 7);
				response.end(bytesFor(url));
			},
			/^it declared \d+ bytes, and the file has \d+$/,
		],
		[
			'more than the file, of no declared length',
			({ url }, response) => {
				response.write(bytesFor(url));
				response.end(Buffer.alloc(100));
			},
			/^it sent more than the \d+ bytes of the file$/,
		],
		[
			'less than the file, of no declared length',
			({ url }, response) => {
				response.write(bytesFor(url).subarray(0, -3));
				response.end();
			},
			/^it ended after \d+ of \d+ bytes$/,
		],
		[
			'other bytes',
			({ url }, response) => {
				const bytes = Buffer.from(bytesFor(url));
				bytes.writeUInt8(bytes.readUInt8(500) ^ 1, 500);
				response.end(bytes);
			},
			/^with all from it, the SHA-256 is [0-9a-f]{64}, needed [0-9a-f]{64}$/,
		],
		[
			'a redirection in a circle',
			({ url = '' }, response) => {
				response.writeHead(302, { location: url }).end();
			},
			/redirect/,
		],
		['an end without an answer', ({ socket }) => void socket.destroy(), /./],
	];

	test.each(hostile)('%s', async (_, answer, message) => {
		const bad = await serve(answer);
		const good = await serve(right);
		const { folder, done, reasons } = start([bad.url, good.url]);
		await done;
		expectWhole(folder);
		expect(reasons().length).toBeGreaterThan(0);
		for (const reason of reasons()) expect(reason).toMatch(message);
	});

	test('silence, before the answer and within it', async () => {
		const silent = await serve(() => {});
		const stalling = await serve(({ url }, response) => {
			response.writeHead(200, { 'content-length': bytesFor(url).length });
			response.write(bytesFor(url).subarray(0, 900));
		});
		const good = await serve(right);
		const { folder, done, reasons } = start([silent.url, stalling.url, good.url], { stallMs: 150 });
		await done;
		expectWhole(folder);
		expect(new Set(reasons())).toEqual(new Set(['it sent nothing for 0.15 s']));
		expect(good.asked).toEqual(['/first.gz bytes=900-', '/second.gz bytes=900-']);
	});

	test('nobody at the address', async () => {
		const good = await serve(right);
		const { folder, done, reasons } = start(['http://127.0.0.1:1/', good.url]);
		await done;
		expectWhole(folder);
		for (const reason of reasons()) expect(reason).toMatch(/ECONNREFUSED|bad port/);
	});
});

test('a redirection is followed', async () => {
	const good = await serve(right);
	const moved = await serve(({ url }, response) => {
		response.writeHead(302, { location: `${good.url}${url?.slice(1)}` }).end();
	});
	const { folder, done } = start([moved.url]);
	await done;
	expectWhole(folder);
});

describe('what is on the disk', () => {
	const half = first.subarray(0, 150_000);
	const only = files.slice(0, 1);

	/** A folder with a part of the first file. */
	function withPart(bytes: Uint8Array): string {
		const folder = temporaryFolder();
		writeFileSync(join(folder, 'first.gz.part'), bytes);
		return folder;
	}

	test('a part is gone on from', async () => {
		const { url, asked } = await serve(right);
		const folder = withPart(half);
		await start([url], { folder }).done;
		expectWhole(folder);
		expect(asked[0]).toBe('/first.gz bytes=150000-');
	});

	test('a mirror that ignores what was asked for, and sends all, does, too', async () => {
		const { url } = await serve(({ url: path }, response) => {
			response.end(bytesFor(path));
		});
		const folder = withPart(half);
		await start([url], { folder }).done;
		expectWhole(folder);
	});

	test('nothing of a part is lost to a mirror that begins anew and is cut', async () => {
		const { url } = await serve(({ url: path }, response) => {
			response.writeHead(200, { 'content-length': bytesFor(path).length });
			response.write(bytesFor(path).subarray(0, 1000));
			setTimeout(() => response.destroy(), arrivalMs);
		});
		const folder = withPart(half);
		await expect(start([url], { folder, files: only }).done).rejects.toThrow(DownloadError);
		expect(readFileSync(join(folder, 'first.gz.part')).equals(half)).toBe(true);
	});

	test('a mirror that begins with other bytes and is cut spoils nothing for good', async () => {
		const bad = await serve(({ url: path }, response) => {
			response.writeHead(200, { 'content-length': bytesFor(path).length });
			response.write(Buffer.concat([first.subarray(0, 10), Buffer.alloc(1000)]));
			setTimeout(() => response.destroy(), arrivalMs);
		});
		const good = await serve(right);
		const { folder, done } = start([bad.url, good.url], { files: only });
		await done;
		expect(readFileSync(join(folder, 'first.gz')).equals(first)).toBe(true);
	});

	test('a mirror that gives another range is refused', async () => {
		const { url } = await serve(({ headers }, response) => {
			if (headers.range === undefined) return void response.writeHead(404).end();
			response.writeHead(206, { 'content-range': `bytes 1-${first.length - 1}/${first.length}` });
			response.end(first.subarray(1));
		});
		const { done, reasons, folder } = start([url], { folder: withPart(half), files: only });
		await expect(done).rejects.toThrow(DownloadError);
		expect(reasons()[0]).toMatch(/^it gave the range bytes 1-\d+\/\d+, and was asked for/);
		expect(readFileSync(join(folder, 'first.gz.part')).equals(half)).toBe(true);
	});

	test.each([
		['of other bytes', Buffer.alloc(1000, 7)],
		['longer than the file', Buffer.alloc(first.length + 10)],
		['as long as the file, of other bytes', Buffer.alloc(first.length)],
	])('a part %s does no harm', async (_, bytes) => {
		const { url } = await serve(right);
		const folder = withPart(bytes);
		await start([url], { folder }).done;
		expectWhole(folder);
	});

	test('a whole part needs no mirror', async () => {
		const folder = withPart(first);
		await start(['http://127.0.0.1:1/'], { folder, files: only }).done;
		expect(readFileSync(join(folder, 'first.gz')).equals(first)).toBe(true);
	});

	test('files of another data set stay until all are there', async () => {
		const folder = temporaryFolder();
		for (const { name } of files) writeFileSync(join(folder, name), 'another');
		const { url } = await serve((request, response) => {
			if (request.url === '/first.gz') right(request, response);
			else response.writeHead(404).end();
		});
		await expect(start([url], { folder }).done).rejects.toThrow(
			/^second\.gz: no mirror gave it whole: http:\S+: it answered 404 Not Found; try again/,
		);
		for (const { name } of files) expect(readFileSync(join(folder, name), 'utf8')).toBe('another');
		const good = await serve(right);
		await start([good.url], { folder }).done;
		expectWhole(folder);
		expect(good.asked).toEqual(['/second.gz']);
	});

	test('an interruption keeps the part', async () => {
		const controller = new AbortController();
		const { url } = await serve((_, response) => {
			response.writeHead(200, { 'content-length': first.length });
			response.write(half);
		});
		const { folder, done } = start([url], {
			files: only,
			signal: controller.signal,
			onEvent: (event) => {
				if (event.kind === 'bytes' && event.done === half.length) controller.abort();
			},
		});
		await expect(done).rejects.toThrow('aborted');
		expect(readFileSync(join(folder, 'first.gz.part')).equals(half)).toBe(true);
		expect(existsSync(join(folder, 'first.gz'))).toBe(false);
	});

	test('a folder that cannot be is named', async () => {
		const folder = join(temporaryFolder(), 'file');
		writeFileSync(folder, '');
		await expect(start([], { folder }).done).rejects.toThrow(/file: (EEXIST|ENOTDIR)/);
	});
});

test('every data set has the four files that loadMnist reads, each from several mirrors', () => {
	for (const { files: four, mirrors } of Object.values(sources)) {
		expect(four.map(({ name }) => name).sort()).toEqual([
			't10k-images-idx3-ubyte.gz',
			't10k-labels-idx1-ubyte.gz',
			'train-images-idx3-ubyte.gz',
			'train-labels-idx1-ubyte.gz',
		]);
		for (const { sha256 } of four) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
		expect(mirrors.length).toBeGreaterThan(1);
		for (const mirror of mirrors) expect(mirror).toMatch(/^https?:.*\/$/);
	}
});
