// The built site over HTTP, as a good host serves it: texts compressed.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('.vitepress/dist', import.meta.url));

/** @type {Readonly<Record<string, string>>} */
const types = {
	'.css': 'text/css; charset=utf-8',
	'.html': 'text/html; charset=utf-8',
	'.js': 'text/javascript; charset=utf-8',
	'.json': 'application/json',
	'.svg': 'image/svg+xml',
	'.txt': 'text/plain; charset=utf-8',
	'.wasm': 'application/wasm',
	'.woff2': 'font/woff2',
};
/** What compression makes smaller. */
const texts = new Set(['.css', '.html', '.js', '.json', '.svg', '.txt', '.wasm']);

/**
 * The file that a path of a request means, or null.
 *
 * @param {string} path
 */
function fileOf(path) {
	const asked = join(root, normalize(decodeURIComponent(path)));
	if (asked !== root && !asked.startsWith(root + sep)) return null;
	for (const file of [asked, `${asked}.html`, join(asked, 'index.html')])
		if (existsSync(file) && statSync(file).isFile()) return file;
	return null;
}

/** Whether `npm run site` has built the site. */
export function isBuilt() {
	return existsSync(root);
}

/**
 * The server, which does not listen yet. Without `isolated`, it leaves out the headers that give pages threads, as hosts do
 * that let nobody set headers.
 *
 * @param {{ readonly isolated?: boolean }} [options]
 */
export function siteServer({ isolated = true } = {}) {
	/** @type {Map<string, Buffer>} */
	const compressed = new Map();
	return createServer(({ url = '/', headers: { 'accept-encoding': accepted = '' } }, response) => {
		let file;
		try {
			file = fileOf(new URL(url, 'http://localhost').pathname);
		} catch {
			file = null; // no path at all
		}
		const found = file ?? join(root, '404.html');
		const extension = extname(found);
		response.statusCode = file === null ? 404 : 200;
		response.setHeader('Content-Type', types[extension] ?? 'application/octet-stream');
		if (isolated) {
			response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
			response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
		}
		if (!texts.has(extension) || !String(accepted).includes('gzip')) {
			response.end(readFileSync(found));
			return;
		}
		const body = compressed.get(found) ?? gzipSync(readFileSync(found));
		compressed.set(found, body);
		response.setHeader('Content-Encoding', 'gzip');
		response.setHeader('Vary', 'Accept-Encoding');
		response.end(body);
	});
}
