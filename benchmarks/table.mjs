/** @typedef {import('./measure.mjs').Row} Row */
/** @typedef {import('./measure.mjs').Figure} Figure */

/** Whose figures on one thread are worth a column. */
const alsoOnOneThread = ['pullback', 'torch', 'numpy'];

/**
 * The rows as text: a median with its unit for each contender, then by what factor it takes longer than ours.
 *
 * @param {readonly Row[]} rows
 * @param {readonly string[]} names of contenders, ours first
 * @param {{ oneThread: boolean }} options
 */
export function table(rows, names, { oneThread }) {
	const present = names.filter((name) =>
		rows.some(({ figures, failures }) => figures.has(name) || failures.has(name)),
	);
	const single = oneThread ? alsoOnOneThread.filter((name) => present.includes(name)) : [];
	const lines = [
		['', ...present, ...single.map((name) => `${name} (1 thread)`)],
		...rows.map((row) => [
			`${row.work.title} [${row.work.unit}]`,
			...present.map((name) => cell(row, name, row.figures)),
			...single.map((name) => cell(row, name, row.oneThread)),
		]),
	];
	const widths = lines.reduce(
		(widest, line) => line.map((text, i) => Math.max(widest[i] ?? 0, text.length)),
		/** @type {number[]} */ ([]),
	);
	return lines
		.map((line) =>
			line
				.map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0)))
				.join('  '),
		)
		.join('\n');
}

/**
 * @param {Row} row
 * @param {string} name
 * @param {ReadonlyMap<string, Figure>} figures
 */
function cell({ failures, disagree, uncompared, figures: all }, name, figures) {
	const figure = figures.get(name);
	if (figure === undefined) return failures.has(name) ? 'fails' : '-';
	const ours = (figures === all ? all : figures).get('pullback');
	const ratio = name === 'pullback' || !ours ? '' : ` ${round(figure.median / ours.median, 2)}x`;
	const marks = `${disagree.includes(name) ? '?' : uncompared.includes(name) ? '!' : ''}${figure.threads > 1 ? `/${figure.threads}` : ''}`;
	return `${round(figure.median)}${marks}${ratio}`;
}

/**
 * The number with at least `digits` digits, or all before the point.
 *
 * @param {number} value
 */
function round(value, digits = 3) {
	return value >= 10 ** (digits - 1) ? value.toFixed(0) : value.toPrecision(digits);
}

/**
 * One row for a program to read.
 *
 * @param {Row} row
 * @param {{ oneThread: boolean }} options
 */
export function toRecord(
	{ work, figures, oneThread, failures, skipped, disagree, uncompared },
	options,
) {
	/**
	 * @template T
	 * @param {ReadonlyMap<string, Figure>} from
	 * @param {(figure: Figure) => T} of
	 */
	const each = (from, of) =>
		Object.fromEntries(Array.from(from, ([name, figure]) => [name, of(figure)]));
	const single = new Map([...oneThread].filter(([name]) => alsoOnOneThread.includes(name)));
	return {
		work: work.title,
		unit: work.unit,
		results: each(figures, (figure) => shortened(figure.median)),
		spread: each(figures, (figure) => figure.spread.map(shortened)),
		threads: each(figures, (figure) => figure.threads),
		...(options.oneThread && { oneThread: each(single, (figure) => shortened(figure.median)) }),
		...(failures.size > 0 && { failures: Object.fromEntries(failures) }),
		...(skipped.size > 0 && { skipped: Object.fromEntries(skipped) }),
		...(disagree.length > 0 && { disagree }),
		...(uncompared.length > 0 && { uncompared }),
	};
}

/** @param {number} value */
function shortened(value) {
	return Number(value.toPrecision(4));
}
