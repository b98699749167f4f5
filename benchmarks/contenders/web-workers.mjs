import { Worker as ThreadWorker } from 'node:worker_threads';

// Runs in every worker first: the names that a script written for a browser's worker expects.
const before = `
import { createRequire } from 'node:module';
import { parentPort as port } from 'node:worker_threads';
const require = createRequire(process.execPath);
const __filename = '';
globalThis.self = globalThis;
globalThis.postMessage = (message) => port.postMessage(message);
`;

// A blob that came by message is its text, and importing it is evaluating that. Emscripten's script listens
// to the port by itself; others leave it to the browser.
const after = `
URL.createObjectURL = ({ source }) => source;
URL.revokeObjectURL = () => {};
globalThis.importScripts = (source) => (0, eval)(source);
if (port.listenerCount('message') === 0) port.on('message', (data) => self.onmessage({ data }));
`;

/**
 * Lets libraries that start threads as browsers do (a Worker from a Blob of text) start them in Node; call it
 * before they are imported. `replace` may exchange the text of a Blob for another.
 *
 * @param {(source: string) => string} [replace]
 */
export function provideWebWorkers(replace = (source) => source) {
	// Unlike Node's own, it holds its text at once, and a message carries it as a plain object.
	const Blob = class {
		/** @param {readonly string[]} parts */
		constructor(parts) {
			this.source = replace(parts.join(''));
		}
	};
	const Worker = class extends ThreadWorker {
		/** @param {URL} url */
		constructor(url) {
			super(url);
			this.onmessage = /** @type {((event: { data: unknown }) => void) | undefined} */ (undefined);
			this.onerror = /** @type {((error: unknown) => void) | undefined} */ (undefined);
			this.on('message', (data) => this.onmessage?.({ data }));
			this.on('error', (error) => this.onerror?.(error));
		}
	};
	Object.assign(globalThis, { Blob, Worker });
	Object.assign(URL, {
		createObjectURL: (/** @type {{ source: string }} */ { source }) =>
			new URL(`data:text/javascript,${encodeURIComponent(before + source + after)}`),
		revokeObjectURL: () => {},
	});
}
