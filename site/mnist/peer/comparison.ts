import { Curve } from '../curve.ts';
import type { PeerReport, PeerRequest } from './protocol.ts';

/** The Worker that TF.js trains in, and what it has come to. */
export class Peer {
	readonly losses: Curve = new Curve();
	step = 0;
	version = '';
	readonly #worker: Worker;
	/** What ends the wait for an answer; null while there is none. */
	#giveUp: ((reason: Error) => void) | null = null;

	constructor(worker: Worker) {
		this.#worker = worker;
	}

	/** Loads TF.js and the data; rejects with an Error that tells what went wrong. */
	async start(request: Extract<PeerRequest, { kind: 'start' }>): Promise<void> {
		const report = await this.#ask(request);
		if (report.kind === 'ready') this.version = report.version;
	}

	/** Trains for about so long; resolves with the milliseconds of a step. */
	async train(milliseconds: number): Promise<number> {
		const report = await this.#ask({ kind: 'train', milliseconds });
		if (report.kind !== 'trained') throw new Error('internal: another answer than was asked for');
		for (const loss of report.losses) this.losses.add(loss);
		this.step += report.losses.length;
		return report.milliseconds / report.losses.length;
	}

	/** Ends it, whatever it does; an answer that is waited for becomes an Error. */
	end(): void {
		this.#worker.terminate();
		this.#giveUp?.(new Error('TF.js was stopped'));
	}

	#ask(request: PeerRequest): Promise<PeerReport> {
		return new Promise((resolve, reject) => {
			this.#giveUp = reject;
			this.#worker.onmessage = ({ data }: MessageEvent<PeerReport>) => {
				if (data.kind === 'failed') reject(new Error(data.message));
				else resolve(data);
			};
			this.#worker.onerror = ({ message }) =>
				reject(new Error(message || 'the Worker of TF.js could not be loaded'));
			this.#worker.postMessage(request);
		});
	}
}
