// What a program prints in a browser: in a page that names the packages by an import map, with nothing built, and in a Worker
// of a page that vite has built.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { chromium } from 'playwright';
import { build } from 'vite';

/** How long a program may take, in milliseconds. */
const patience = 120_000;

/** @type {Record<string, string>} */
const types = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript' };

/**
 * Writes the two pages for a program of a project that has packages installed.
 *
 * @param {string} folder
 * @param {string} program
 * @param {readonly string[]} packages
 */
export async function writePages(folder, program, packages) {
	const imports = Object.fromEntries(packages.flatMap((name) => entriesOf(folder, name)));
	writeFileSync(
		join(folder, 'plain.html'),
		`<script type="importmap">${JSON.stringify({ imports })}</script><script type="module" src="/${program}"></script>`,
	);
	writeFileSync(
		join(folder, 'worker.html'),
		`<script type="module">new Worker(new URL('./${program}', import.meta.url), { type: 'module' });</script>`,
	);
	await build({
		root: folder,
		base: './',
		configFile: false,
		logLevel: 'error',
		worker: { format: 'es' },
		build: { outDir: 'site', target: 'esnext', rolldownOptions: { input: 'worker.html' } },
	});
}

/**
 * @param {string} folder
 * @param {string} name
 * @returns {[string, string][]}
 */
function entriesOf(folder, name) {
	/** @type {{ exports: Record<string, string | { default: string }> }} */
	const { exports } = JSON.parse(
		readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8'),
	);
	return Object.entries(exports).flatMap(([path, entry]) =>
		typeof entry === 'string'
			? []
			: [[`${name}${path.slice(1)}`, join('/node_modules', name, entry.default)]],
	);
}

/**
 * What the pages print on the console, one after the other. They are isolated, so that there are threads.
 *
 * @param {string} executablePath of Chromium
 * @param {string} folder
 * @param {readonly string[]} pages
 * @returns {Promise<string[]>}
 */
export async function printedIn(executablePath, folder, pages) {
	const server = createServer(({ url = '/' }, response) => {
		const file = join(folder, join('/', new URL(url, 'http://localhost').pathname));
		response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
		response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
		try {
			const bytes = readFileSync(file);
			response.setHeader('Content-Type', types[extname(file)] ?? 'application/octet-stream');
			response.end(bytes);
		} catch {
			response.writeHead(404).end();
		}
	});
	await new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(undefined)));
	const address = server.address();
	const port = typeof address === 'object' ? address?.port : 0;
	const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
	try {
		const printed = [];
		for (const path of pages) {
			const page = await browser.newPage();
			const message = page.waitForEvent('console', {
				timeout: patience,
				predicate: (each) => each.type() === 'log',
			});
			const failure = new Promise((_, reject) => page.on('pageerror', reject));
			await page.goto(`http://127.0.0.1:${port}/${path}`);
			const said = await Promise.race([message, failure]);
			printed.push(/** @type {import('playwright').ConsoleMessage} */ (said).text());
		}
		return printed;
	} finally {
		await browser.close();
		server.close();
	}
}
