import { setTimeout as sleep } from 'node:timers/promises';
import { Contender } from './contender.mjs';
import { median } from './statistics.mjs';

/**
 * A contender's figure for one work: the median over the rounds, at its better thread count.
 *
 * @typedef {object} Figure
 * @property {number} median in the row's unit
 * @property {readonly [number, number]} spread the fastest and the slowest round
 * @property {number} threads
 * @property {number} samples
 */

/**
 * @typedef {object} Row
 * @property {import('./work/works.mjs').Work} work
 * @property {Map<string, Figure>} figures
 * @property {Map<string, Figure>} oneThread the figures on one thread
 * @property {Map<string, string>} failures why there is no figure
 * @property {Map<string, string>} skipped why a contender was not asked for one
 * @property {string[]} disagree contenders whose result differs from that of most
 * @property {string[]} uncompared contenders so slow that their result was not compared
 */

/** Idle workers of some libraries spin for a while, and would take a core from the next contender. */
const settle = 40;

/** A contender that has taken longer than this for a work, in ms, has had its rounds. */
const enough = 8000;

/**
 * Times one work on all contenders, in rounds: each has its turn in every round, so that what disturbs the
 * machine hits all alike.
 *
 * @param {import('./work/works.mjs').Work} work
 * @param {readonly Contender[]} contenders
 * @param {{ rounds: number, seconds: number }} options
 * @returns {Promise<Row>}
 */
export async function measure(work, contenders, { rounds, seconds }) {
	/** @type {Row} */
	const row = {
		work,
		figures: new Map(),
		oneThread: new Map(),
		failures: new Map(),
		skipped: new Map(),
		disagree: [],
		uncompared: [],
	};
	const invited = contenders.filter(
		({ entry, threads }) =>
			(work.contenders?.includes(entry.name) ?? entry.name !== 'micro-kernel') &&
			(work.threads === undefined || threads === work.threads),
	);
	const entrants = work.fresh
		? invited.map((contender) => freshEntrant(work, contender))
		: await prepared(work, invited, seconds, row);
	for (let round = 0; round < rounds; round++) {
		for (let turn = 0; turn < entrants.length; turn++) {
			const entrant = entrants[(turn + round) % entrants.length];
			if (entrant === undefined || entrant.spent > enough) continue;
			await sleep(settle);
			try {
				const milliseconds = await entrant.time();
				entrant.samples.push(work.unit === 'us' ? 1000 * milliseconds : milliseconds);
			} catch (error) {
				row.failures.set(entrant.contender.entry.name, messageOf(error));
				entrant.spent = Number.POSITIVE_INFINITY;
			}
		}
	}
	for (const { contender, samples } of entrants) {
		if (samples.length === 0) continue;
		const { name } = contender.entry;
		const figure = {
			median: median(samples),
			spread: /** @type {const} */ ([Math.min(...samples), Math.max(...samples)]),
			threads: contender.threads,
			samples: samples.length,
		};
		if (contender.threads === 1) row.oneThread.set(name, figure);
		const best = row.figures.get(name);
		if (best === undefined || figure.median < best.median) row.figures.set(name, figure);
	}
	row.disagree = disagreeing(entrants);
	return row;
}

/**
 * A contender in the rounds of one work.
 *
 * @typedef {object} Entrant
 * @property {Contender} contender
 * @property {() => Promise<number>} time the ms of one iteration
 * @property {number[]} samples
 * @property {number} spent
 * @property {number | undefined} check
 */

/**
 * @param {import('./work/works.mjs').Work} work
 * @param {readonly Contender[]} contenders
 * @param {number} seconds
 * @param {Pick<Row, 'failures' | 'skipped' | 'uncompared'>} row
 */
async function prepared(work, contenders, seconds, { failures, skipped, uncompared }) {
	/** @type {Entrant[]} */
	const entrants = [];
	for (const contender of contenders) {
		const answer = await contender.ask({ op: 'prepare', spec: work.spec, warm: true });
		if (answer.error !== undefined) failures.set(contender.entry.name, answer.error);
		if (answer.skipped !== undefined) skipped.set(contender.entry.name, answer.skipped);
		const { iteration } = answer;
		if (iteration === undefined) continue;
		if (answer.slow && answer.check === undefined) uncompared.push(contender.entry.name);
		const iterations = Math.max(1, Math.round((1000 * seconds) / iteration));
		/** @type {Entrant} */
		const entrant = {
			contender,
			samples: [],
			spent: 0,
			check: answer.check ?? undefined,
			time: async () => {
				const milliseconds = await contender.time(iterations);
				entrant.spent += milliseconds;
				return milliseconds / iterations;
			},
		};
		// So slow a work is not repeated: preparing it was the sample.
		if (answer.slow)
			entrant.time = async () => {
				entrant.spent = Number.POSITIVE_INFINITY;
				return iteration;
			};
		entrants.push(entrant);
	}
	return entrants;
}

/**
 * Each sample from a process of its own.
 *
 * @param {import('./work/works.mjs').Work} work
 * @param {Contender} like
 * @returns {Entrant}
 */
function freshEntrant(work, like) {
	return {
		contender: like,
		samples: [],
		spent: 0,
		check: undefined,
		time: async () => {
			const contender = await Contender.start(like.entry, like.threads);
			try {
				await contender.ask({ op: 'prepare', spec: work.spec, warm: false });
				return await contender.time(1);
			} finally {
				await contender.stop();
			}
		},
	};
}

/**
 * Who got another result than most: another by more than a hundredth of it.
 *
 * @param {readonly Entrant[]} entrants
 */
function disagreeing(entrants) {
	const checked = entrants.flatMap(({ contender, check }) =>
		check === undefined ? [] : [{ name: contender.entry.name, check }],
	);
	const middle = median(checked.map(({ check }) => check));
	const far = checked.filter(({ check }) => !(Math.abs(check - middle) <= 0.01 * Math.abs(middle)));
	return [...new Set(far.map(({ name }) => name))];
}

/** @param {unknown} error */
function messageOf(error) {
	return error instanceof Error ? error.message : String(error);
}
