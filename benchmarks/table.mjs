/** @typedef {import('./measure.mjs').Row} Row */
/** @typedef {import('./measure.mjs').Figure} Figure */

/** Whose figures on one thread are worth a column. */
const alsoOnOneThread = ['pullback', 'torch', 'numpy'];

/** What the figures and the marks beside them mean. */
export const legend =
	'Medians of rounds; 2.0x: takes twice as long as pullback; (2.5x): as pullback-relaxed; /2: on two threads, which was the better of one and two; ?: computed something else; !: so slow that it was done once, and what it computed was not compared.';

/**
 * The cells of the table, a heading first: a median with its unit for each contender, then by what factors it takes longer
 * than ours, and than ours with relaxed arithmetic.
 *
 * @param {readonly Row[]} rows
 * @param {readonly string[]} names of contenders, ours first
 * @param {{ oneThread: boolean }} options
 */
function cells(rows, names, { oneThread }) {
	const present = names.filter((name) =>
		rows.some(({ figures, failures }) => figures.has(name) || failures.has(name)),
	);
	const single = oneThread ? alsoOnOneThread.filter((name) => present.includes(name)) : [];
	return [
		['', ...present, ...single.map((name) => `${name} (1 thread)`)],
		...rows.map((row) => [
			`${row.work.title} [${row.work.unit}]`,
			...present.map((name) => cell(row, name, row.figures)),
			...single.map((name) => cell(row, name, row.oneThread)),
		]),
	];
}

/**
 * The rows as text.
 *
 * @param {readonly Row[]} rows
 * @param {readonly string[]} names of contenders, ours first
 * @param {{ oneThread: boolean }} options
 */
export function table(rows, names, options) {
	const lines = cells(rows, names, options);
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
 * What was measured, with the machine and the versions, as the end of a page of Markdown.
 *
 * @param {readonly Row[]} rows
 * @param {readonly string[]} names of contenders, ours first
 * @param {{ oneThread: boolean, rounds: number }} options
 * @param {{ machine: ReturnType<typeof import('./machine.mjs').machine>, versions: Readonly<Record<string, string | undefined>> }} conditions
 */
export function markdown(rows, names, options, { machine, versions }) {
	const [heading = [], ...lines] = cells(rows, names, options);
	const line = (/** @type {readonly string[]} */ each) => `| ${each.join(' | ')} |`;
	const { processor, cores, memory, system, node, load } = machine;
	return `## Figures

Written by \`npm run bench -- --write\`, by ${options.rounds} rounds each, on ${processor}, ${cores} cores, ${memory}, ${system}, Node ${node}. As
it began, ${load} programs were running or waiting to.

${Object.entries(versions)
	.map(([name, version]) => `- \`${name}\`: ${version}`)
	.join('\n')}

${line(heading)}
${line(heading.map((_, i) => (i === 0 ? '---' : '--:')))}
${lines.map(line).join('\n')}

${[legend, ...remarks(rows)].join('\n\n')}
`;
}

/**
 * Why there is no figure where there is none, a line each.
 *
 * @param {readonly Row[]} rows
 */
export function remarks(rows) {
	return rows.flatMap(({ work, failures, skipped }) => [
		...Array.from(failures, ([name, reason]) => `fails: ${name}, ${work.title}: ${reason}`),
		...Array.from(skipped, ([name, reason]) => `skipped: ${name}, ${work.title}: ${reason}`),
	]);
}

/**
 * @param {Row} row
 * @param {string} name
 * @param {ReadonlyMap<string, Figure>} figures
 */
function cell({ failures, disagree, uncompared }, name, figures) {
	const figure = figures.get(name);
	if (figure === undefined) return failures.has(name) ? 'fails' : '-';
	const ratioTo = (/** @type {Figure | undefined} */ ours) =>
		ours === undefined ? '' : `${round(figure.median / ours.median, 2)}x`;
	const ratios = [];
	if (name !== 'pullback') ratios.push(ratioTo(figures.get('pullback')));
	if (!name.startsWith('pullback') && figures.has('pullback-relaxed'))
		ratios.push(`(${ratioTo(figures.get('pullback-relaxed'))})`);
	const ratio = ratios.map((each) => ` ${each}`).join('');
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
