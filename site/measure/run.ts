// npm run site:measure: what the page of MNIST takes, and how fast it trains beside Node, in turns on the same machine.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { build } from 'vite';
import { pathOf } from '../../browser/installed.ts';
import { sources } from '../.vitepress/sources.mjs';
import type { Choice } from '../mnist/protocol.ts';
import { isBuilt, siteServer } from '../server.mjs';
import { arrived, trained } from './inPage.ts';

const rounds = 5;
/** Milliseconds of training before the clock runs, and while it does. */
const [warmUp, milliseconds] = [2000, 4000];

const choices: readonly Choice[] = [
	{ net: 'two-layer', learningRate: 0.1, batchSize: 100, seed: 0 },
	{ net: 'convnet', learningRate: 0.001, batchSize: 100, seed: 0 },
];

function median(numbers: readonly number[]): number {
	return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** The program for Node, bundled as the page is. */
async function bundled(folder: string): Promise<string> {
	await build({
		configFile: false,
		logLevel: 'error',
		resolve: { alias: sources() },
		ssr: { noExternal: true },
		build: {
			ssr: fileURLToPath(new URL('inNode.ts', import.meta.url)),
			outDir: folder,
			target: 'esnext',
			minify: true,
		},
	});
	return join(folder, 'inNode.js');
}

if (!isBuilt()) {
	console.error('The site has not been built: npm run site builds it.');
	process.exit(1);
}
/** Where the program for Node finds the data. */
const modules = fileURLToPath(new URL('../../packages/mnist/node_modules/', import.meta.url));
const folder = mkdtempSync(join(modules, 'measure-'));
const server = siteServer();
let bytes = 0;
server.prependListener('request', ({ socket, url = '' }, response) => {
	const before = socket.bytesWritten;
	response.on('finish', () => {
		if (!url.startsWith('/mnist-data/')) bytes += socket.bytesWritten - before;
	});
});
await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mnist`; // it listens on a port
const browser = await chromium.launch({ executablePath: pathOf('chromium') });
try {
	const program = await bundled(folder);
	const arrivals = [];
	let transferred = 0;
	for (let round = 0; round < rounds; round++) {
		bytes = 0;
		arrivals.push(
			await arrived(browser, address, () => {
				transferred = bytes;
			}),
		);
	}
	const [paint, step] = [
		median(arrivals.map(({ firstPaint }) => firstPaint)),
		median(arrivals.map(({ firstStep }) => firstStep)),
	];
	console.log(`transferred before the click, data aside: ${(transferred / 1000).toFixed(0)} kB`);
	console.log(
		`first paint after ${paint.toFixed(0)} ms, first step ${step.toFixed(0)} ms after the click`,
	);
	for (const choice of choices) {
		const [inNode, inPage]: [number[], number[]] = [[], []];
		for (let round = 0; round < rounds; round++) {
			const told = execFileSync(process.execPath, [
				program,
				JSON.stringify([choice, warmUp, milliseconds]),
			]);
			inNode.push(Number(told));
			inPage.push(await trained(browser, address, choice, warmUp, milliseconds));
		}
		const [node, page] = [median(inNode), median(inPage)];
		const speeds = `${node.toPrecision(3)} ms a step in Node, ${page.toPrecision(3)} ms in Chromium`;
		console.log(`${choice.net}: ${speeds}: ${(node / page).toFixed(2)} of the speed`);
		const all = (times: readonly number[]): string =>
			times.map((each) => each.toPrecision(3)).join(' ');
		console.log(`  rounds: Node ${all(inNode)}; Chromium ${all(inPage)}`);
	}
} finally {
	await browser.close();
	server.closeAllConnections();
	server.close();
	rmSync(folder, { recursive: true });
}
