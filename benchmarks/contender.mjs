import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** No answer takes longer than this, in ms. */
const patience = 120_000;

/** @typedef {import('./contenders/roster.mjs').Entry} Entry */

/**
 * What a contender says of itself as it starts, and of a request; or why it cannot.
 *
 * @typedef {object} Answer
 * @property {string} [error]
 * @property {string} [version]
 * @property {string | null} [note]
 * @property {string} [skipped] why it has no such work
 * @property {true} [slow] the work takes too long to be repeated
 * @property {number} [iteration] what one takes, in ms
 * @property {number} [check] a number of the result
 * @property {number} [milliseconds] of all iterations
 */

/** A contender's process, which answers one request at a time. */
export class Contender {
	/** @type {Entry} */
	entry;
	/** @type {number} */
	threads;
	/** @type {string | undefined} */
	version;
	/** @type {string | undefined} */
	note;
	/** @type {import('node:child_process').ChildProcessWithoutNullStreams} */
	#child;
	/** @type {((answer: Answer) => void) | undefined} */
	#waiting;
	#errors = '';
	/** @type {Promise<void>} */
	#closed;

	/**
	 * @param {Entry} entry
	 * @param {number} threads
	 */
	constructor(entry, threads) {
		this.entry = entry;
		this.threads = threads;
		const { command, args, env } = entry.start(threads);
		const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
		this.#child = child;
		createInterface({ input: child.stdout }).on('line', (line) => {
			// A library that prints is no answer.
			if (line.startsWith('{')) this.#answer(JSON.parse(line));
		});
		child.stderr.on('data', (data) => {
			this.#errors = (this.#errors + data).slice(-4000);
		});
		child.stdin.on('error', () => {}); // it has ended: the answer says so
		this.#closed = new Promise((resolve) => {
			const end = (/** @type {string} */ reason) => {
				this.#answer({ error: reason });
				resolve();
			};
			child.on('error', (error) => end(error.message));
			child.on('close', () => end(lastLine(this.#errors) ?? 'it ended'));
		});
	}

	/**
	 * Starts one; throws if it does not come up.
	 *
	 * @param {Entry} entry
	 * @param {number} threads
	 */
	static async start(entry, threads) {
		const contender = new Contender(entry, threads);
		const { version, note, error } = await contender.#answered();
		if (error !== undefined) {
			await contender.stop();
			throw new Error(error);
		}
		contender.version = version;
		contender.note = note ?? undefined;
		return contender;
	}

	/**
	 * What it answers to a request; an `error` if it fails, ends or takes too long.
	 *
	 * @param {object} request
	 * @returns {Promise<Answer>}
	 */
	ask(request) {
		const answer = this.#answered();
		if (this.#child.exitCode !== null) this.#answer({ error: 'it has ended' });
		else this.#child.stdin.write(`${JSON.stringify(request)}\n`);
		return answer;
	}

	/**
	 * How long the work that it has made ready takes so many times, in ms; throws if it fails, ends or takes too long.
	 *
	 * @param {number} iterations
	 */
	async time(iterations) {
		const { milliseconds, error = 'no time' } = await this.ask({ op: 'time', iterations });
		if (milliseconds === undefined) throw new Error(error);
		return milliseconds;
	}

	/** Ends it: politely, then for certain. */
	async stop() {
		this.#child.stdin.end();
		const timer = setTimeout(() => this.#child.kill('SIGKILL'), 1000);
		await this.#closed;
		clearTimeout(timer);
	}

	/** @returns {Promise<Answer>} */
	#answered() {
		return new Promise((resolve) => {
			const timer = setTimeout(() => {
				this.#child.kill('SIGKILL');
				this.#answer({ error: `no answer in ${patience / 1000} seconds` });
			}, patience);
			this.#waiting = (answer) => {
				clearTimeout(timer);
				resolve(answer);
			};
		});
	}

	/** @param {Answer} answer */
	#answer(answer) {
		const waiting = this.#waiting;
		this.#waiting = undefined;
		waiting?.(answer);
	}
}

/** @param {string} text */
function lastLine(text) {
	const lines = text.split('\n').filter((line) => /Error|error/.test(line));
	return lines.at(-1)?.trim().slice(0, 200);
}
