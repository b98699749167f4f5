import type { GraphRequest, Reply, Request } from './program/messages.ts';

/** Runs programs, one at a time, each in a Worker of its own, which can be ended whatever it does. */
export class Runner {
	readonly #tell: (reply: Reply) => void;
	readonly #lost: (reason: string) => void;
	#worker: Worker | null = null;

	/** `tell` hears what the Worker of the last run says, `lost` that it has ended by itself. */
	constructor(tell: (reply: Reply) => void, lost: (reason: string) => void) {
		this.#tell = tell;
		this.#lost = lost;
	}

	/** Ends what runs, and runs a program. */
	async run(program: string): Promise<void> {
		this.stop();
		const worker = new Worker(new URL('./worker/main.ts', import.meta.url), { type: 'module' });
		this.#worker = worker;
		worker.onmessage = ({ data }: MessageEvent<Reply>) => this.#tell(data);
		worker.onerror = (event) => {
			event.preventDefault();
			this.stop();
			this.#lost(event.message ?? 'its files could not be loaded');
		};
		// With the editor, the page has it already.
		const { topLevelNames } = await import('./editor/names.ts');
		const request: Request = { kind: 'run', program, names: topLevelNames(program) };
		worker.postMessage(request); // to no effect, if it has been ended since
	}

	/** Ends the Worker, and with it all Workers of its own. */
	stop(): void {
		this.#worker?.terminate();
		this.#worker = null;
	}

	/** Asks the program that has run for a graph. */
	askForGraph(request: GraphRequest): void {
		const asked: Request = { kind: 'graph', ...request };
		this.#worker?.postMessage(asked);
	}
}
