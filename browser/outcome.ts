import { workerSource, workerSourceWith } from '../packages/core/src/wasm/threads/workerSource.ts';
import { type Trained, train } from './training.ts';

/** How a page or a worker is to train. */
export interface Order {
	/** How many cores the machine says that it has. */
	readonly cores: number;
	/** The threads to use; left out, `compile` decides. */
	readonly threads?: number;
}

/** What came of it. */
export interface Outcome {
	readonly trained: Trained;
	/** What the developer was told. */
	readonly notices: readonly string[];
	/** Whether threads can share memory there. */
	readonly isolated: boolean;
	/** Workers that were made, and those of them that took part in a run. */
	readonly workers: number;
	readonly working: number;
	/** Whether a worker from a blob: address can be loaded there. */
	readonly blobsLoad: boolean;
}

/** Trains in the page or worker that this is called in. */
export async function outcomeOf({ cores, threads }: Order): Promise<Outcome> {
	Object.defineProperty(navigator, 'hardwareConcurrency', { value: cores });
	const notices: string[] = [];
	console.warn = (message) => notices.push(message);
	const counts = countWorkers();
	const trained = await train(threads);
	// What is asked for later is told later: by then the engine's workers have told too.
	const blobsLoad = await canLoadBlob();
	return { trained, notices, isolated: crossOriginIsolated, ...counts, blobsLoad };
}

const { Blob: PlainBlob, Worker: PlainWorker } = globalThis;

/** The program of a worker that tells when it takes part in its first run. */
const telling = workerSourceWith({
	first: 'let told = false;',
	joining: "if (!told) { told = true; postMessage('working'); }",
});

/** Counts the workers that are made from now on, and has each tell when it takes part in its first run. */
function countWorkers(): { readonly workers: number; readonly working: number } {
	const counts = { workers: 0, working: 0 };
	globalThis.Blob = class extends PlainBlob {
		constructor(parts: BlobPart[] = [], options?: BlobPropertyBag) {
			super(
				parts.map((part) => {
					if (part !== workerSource) throw new Error('not the program of a worker');
					return telling;
				}),
				options,
			);
		}
	};
	globalThis.Worker = class extends PlainWorker {
		constructor(address: string | URL) {
			super(address);
			counts.workers++;
			this.addEventListener('message', () => {
				counts.working++;
			});
		}
	};
	return counts;
}

function canLoadBlob(): Promise<boolean> {
	return new Promise((done) => {
		const program = new PlainBlob(['postMessage(1)'], { type: 'text/javascript' });
		try {
			const worker = new PlainWorker(URL.createObjectURL(program));
			worker.onmessage = () => done(true);
			worker.onerror = () => done(false);
		} catch {
			done(false);
		}
	});
}
