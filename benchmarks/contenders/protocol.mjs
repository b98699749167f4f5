import { createInterface } from 'node:readline';

/**
 * Work made ready: `run` does it once; `finish` waits until nothing that `run` has begun is left to do, if it returns
 * before that; `read` makes a number of what it returned, to compare; `free` gives back what it holds.
 *
 * @typedef {object} Ready
 * @property {() => unknown} run
 * @property {() => unknown} [finish]
 * @property {(result: never) => number | Promise<number>} read of what its own `run` returned
 * @property {() => void} [free]
 */

/** @typedef {import('../work/works.mjs').Spec} Spec */

/** Contenders run this long before they are timed, so that every tier of their compilers has had its chance. */
const warmUp = 1000;

/** Work that takes longer than this the second time, in ms, is not repeated. */
const tooLong = 2500;

/** Work that takes longer than this the first time, in ms, is done once, and what it computes is not compared. */
const tooLongForTwo = 45_000;

/**
 * Answers the lines of the runner on standard input, one of JSON for each, until it is closed.
 *
 * @param {object} contender
 * @param {string} contender.version
 * @param {string | undefined} [contender.note] what a reader should know of how it runs
 * @param {boolean} [contender.asynchronous] whether `run` returns a promise to wait for
 * @param {{ readonly [Kind in Spec['kind']]?: (spec: Spec & { readonly kind: Kind }) => Ready }} contender.works
 */
export async function serve({ version, note, asynchronous = false, works }) {
	/** @type {Ready | undefined} */
	let ready;

	/** @param {number} iterations */
	async function time(iterations) {
		const { run, finish } = /** @type {Ready} */ (ready);
		const start = performance.now();
		if (asynchronous) for (let i = 0; i < iterations; i++) await run();
		else for (let i = 0; i < iterations; i++) run();
		if (finish !== undefined) await finish();
		return performance.now() - start;
	}

	/** @param {{ spec: Spec, warm: boolean }} request */
	async function prepare({ spec, warm }) {
		ready?.free?.();
		ready = undefined;
		const make = /** @type {((spec: Spec) => Ready) | undefined} */ (works[spec.kind]); // of this kind
		if (make === undefined) return { skipped: `it has no ${spec.kind}` };
		ready = make(spec);
		if (!warm) return {};
		const first = await time(1); // compiles, which may take long where the work does not
		if (first > tooLongForTwo) return { iteration: first, slow: true };
		const start = performance.now();
		const result = await ready.run();
		await ready.finish?.();
		let iteration = performance.now() - start;
		const check = await ready.read(/** @type {never} */ (result));
		if (iteration > tooLong) return { iteration, check, slow: true };
		let [iterations, spent] = [1, 0];
		while (spent < warmUp) {
			const milliseconds = await time(iterations);
			spent += milliseconds;
			iteration = milliseconds / iterations;
			iterations = Math.min(2 * iterations, Math.max(1, Math.ceil(warmUp / 3 / iteration)));
		}
		return { iteration, check };
	}

	/** @param {{ op: 'prepare', spec: Spec, warm: boolean } | { op: 'time', iterations: number }} request */
	async function answer(request) {
		try {
			if (request.op === 'prepare') return await prepare(request);
			return { milliseconds: await time(request.iterations) };
		} catch (error) {
			return { error: error instanceof Error ? error.message : String(error) };
		}
	}

	say({ version, note });
	for await (const line of createInterface({ input: process.stdin }))
		say(await answer(JSON.parse(line)));
	process.exit();
}

/** @param {object} message */
function say(message) {
	process.stdout.write(`${JSON.stringify(message)}\n`);
}
