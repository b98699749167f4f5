/** A stretch of a sequence that is the same again and again. */
export interface Repeat {
	readonly start: number;
	/** The length of what repeats. */
	readonly period: number;
	/** How often it is there, at least 3. */
	readonly times: number;
}

/** The fewest times that count as a repetition. */
const minTimes = 3;
/** The lengths of stretches by whose last occurrence periods are guessed: longer ones, since a period may hold one thing twice. */
const contexts = [1, 4, 16] as const;
/** How many of the likeliest periods are tried for each length of context. */
const maxGuesses = 8;

/**
 * Repetitions in a sequence of numbers, none overlapping another, those that cover most first. In time linear in its
 * length: periods are guessed by how far back things occurred last, and the likeliest tried.
 */
export function repeatsIn(sequence: Int32Array): Repeat[] {
	const found = likelyPeriods(sequence).flatMap((period) => runsOf(sequence, period));
	found.sort((a, b) => coverOf(b) - coverOf(a) || a.period - b.period || a.start - b.start);
	const taken = new Uint8Array(sequence.length);
	const chosen: Repeat[] = [];
	for (const run of found) {
		// Runs are no shorter than those chosen before them are between their ends: to look at both ends is enough.
		const end = run.start + coverOf(run) - 1;
		if (taken[run.start] === 1 || taken[end] === 1) continue;
		taken.fill(1, run.start, end + 1);
		chosen.push(run);
	}
	return chosen;
}

function coverOf({ period, times }: Repeat): number {
	return period * times;
}

function likelyPeriods(sequence: Int32Array): number[] {
	const periods = new Set<number>();
	for (const length of contexts) {
		const votes = votesOf(sequence, length);
		const likeliest = [...votes].sort(([p, a], [q, b]) => b - a || p - q).slice(0, maxGuesses);
		for (const [period] of likeliest) periods.add(period);
	}
	return [...periods];
}

/** How often the last `length` numbers stood the same distance back, by that distance. */
function votesOf(sequence: Int32Array, length: number): Map<number, number> {
	const last = new Map<number, number>();
	const votes = new Map<number, number>();
	// Contexts that only have one hash cost a wrong guess, which is tried and fails.
	const drop = powerOf(factor, length);
	let hash = 0;
	for (let i = 0; i < sequence.length; i++) {
		hash = (Math.imul(hash, factor) + (sequence[i] ?? 0) + 1) | 0;
		if (i >= length) hash = (hash - Math.imul(drop, (sequence[i - length] ?? 0) + 1)) | 0;
		const before = last.get(hash);
		last.set(hash, i);
		if (before !== undefined) votes.set(i - before, (votes.get(i - before) ?? 0) + 1);
	}
	return votes;
}

/** An odd number, so that no number is lost in the products. */
const factor = 0x01000193;

function powerOf(base: number, exponent: number): number {
	let power = 1;
	for (let i = 0; i < exponent; i++) power = Math.imul(power, base);
	return power;
}

/** The longest stretches that repeat with one period. */
function runsOf(sequence: Int32Array, period: number): Repeat[] {
	const runs: Repeat[] = [];
	let start = 0;
	for (let i = period; i <= sequence.length; i++) {
		if (i < sequence.length && sequence[i] === sequence[i - period]) continue;
		const times = Math.floor((i - start) / period);
		if (times >= minTimes) runs.push({ start, period, times });
		start = i - period + 1;
	}
	return runs;
}
