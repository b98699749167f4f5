// npm run site:serve: the built site on loopback, with the headers that isolate its pages, so that threads are there.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('.vitepress/dist', import.meta.url));
const { PORT = '4173' } = process.env;
/** @type {Readonly<Record<string, string>>} */
const types = {
	'.css': 'text/css',
	'.html': 'text/html',
	'.js': 'text/javascript',
	'.json': 'application/json',
	'.svg': 'image/svg+xml',
	'.txt': 'text/plain',
	'.woff2': 'font/woff2',
};

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

if (!existsSync(root)) {
	console.error('The site has not been built: npm run site builds it.');
	process.exit(1);
}
createServer(({ url = '/' }, response) => {
	let file;
	try {
		file = fileOf(new URL(url, 'http://localhost').pathname);
	} catch {
		file = null; // no path at all
	}
	const found = file ?? join(root, '404.html');
	response.writeHead(file === null ? 404 : 200, {
		'Content-Type': `${types[extname(found)] ?? 'application/octet-stream'}; charset=utf-8`,
		'Cross-Origin-Opener-Policy': 'same-origin',
		'Cross-Origin-Embedder-Policy': 'require-corp',
	});
	response.end(readFileSync(found));
}).listen(Number(PORT), '127.0.0.1', () => console.log(`http://127.0.0.1:${PORT}/`));
