import { kinds } from './reference.mjs';

/** @typedef {import('./hunt.mjs').Survey} Survey */
/** @typedef {import('./hunt.mjs').Counterexample} Counterexample */

/**
 * What was found about one library; or why nothing was.
 *
 * @typedef {object} Finding
 * @property {import('./roster.mjs').Entry} entry
 * @property {string} [version]
 * @property {string} [node]
 * @property {Survey} [survey]
 * @property {string} [missing]
 */

/**
 * @typedef {object} Scoreboard
 * @property {number} runs
 * @property {number} seed
 * @property {readonly Finding[]} findings
 * @property {import('./confirm.mjs').Confirmation} confirmation
 */

const heading = [
	'library',
	'programs run',
	...kinds.map((kind) => `wrong ${kind}`),
	'declined',
	'cannot be told',
	'skipped',
];

/**
 * The scoreboard as Markdown.
 *
 * @param {Scoreboard} scoreboard
 */
export function markdown({ runs, seed, findings, confirmation }) {
	const rows = findings.map(({ entry, version, survey }) =>
		survey === undefined
			? [entry.name, 'missing', ...heading.slice(2).map(() => '')]
			: [
					`${entry.name} ${version}`,
					...[survey.run, ...survey.wrong, survey.declined, survey.undecided, survey.skipped].map(
						String,
					),
				],
	);
	const { programs, checked, undecided, failure } = confirmation;
	return [
		'# Pullback and its peers, judged by random programs',
		'',
		`Written by \`npm run scoreboard -- --write\`: seed ${seed}, ${runs} programs each. Random programs of up to five operations, with`,
		'sharing, broadcasting, empty tensors, zeros and numbers far out, are run by each library and by the interpreter of',
		'Pullback in f64, which says what is right: the value, its gradient, and the gradient of that gradient’s weighted sum. A',
		'program counts where it first goes wrong. Differences are wrong if they exceed what rounding to single precision explains;',
		'at kinks and jumps, where libraries choose, any answer will do. How: `benchmarks/scoreboard/reference.mjs`.',
		'',
		...table([heading, ...rows]),
		'',
		'Declined: the library says itself that it cannot do or differentiate this. Cannot be told: it differs, as rounding or a kink',
		'may. Skipped: drawn, but with an operation or a shape that the library does not offer.',
		'',
		failure === null
			? `The interpreter’s derivatives of the first ${programs} programs agree with differences, to second order and in both modes: ${checked} compared, ${undecided} at kinks, or where differences cannot tell.`
			: `**The interpreter itself is wrong**:\n\n\`\`\`\n${failure}\n\`\`\``,
		...findings.flatMap(section),
		'',
	].join('\n');
}

/** @param {Finding} finding */
function section({ entry, version, node, survey, missing }) {
	const lines = ['', `## ${entry.name}`, ''];
	if (survey === undefined) return [...lines, `Missing: ${missing}; needs ${entry.needs}.`];
	const lacks = Object.entries(survey.missing).toSorted(([, a], [, b]) => b - a);
	lines.push(`${entry.what}; version ${version}, on Node ${node}.`);
	if (lacks.length > 0)
		lines.push(
			'',
			`First lacked: ${lacks.map(([name, count]) => `${name} (${count})`).join(', ')}.`,
		);
	for (const [message, count] of Object.entries(survey.refusals))
		lines.push('', `Declined ${count}: “${message}”`);
	const { counterexamples, unexplained } = survey;
	if (counterexamples.length === 0) lines.push('', 'No program is wrong.');
	else lines.push('', `${counterexamples.length} smallest programs that are wrong:`);
	if (unexplained > 0)
		lines.push(
			'',
			`${unexplained} more are wrong without the operations of any of these; the hunt ended before.`,
		);
	for (const { kind, ingredients, code, got, message, right } of counterexamples)
		lines.push(
			'',
			`### ${ingredients.length === 0 ? 'no operation' : ingredients.join(', ')}: ${kinds[kind]}`,
			'',
			'```js',
			code,
			got === null ? `// throws: ${message}` : `// gives    ${numbers(got)}`,
			`// right is ${numbers(right)}`,
			'```',
		);
	return lines;
}

/** @param {readonly (number | string)[]} elements words for those that are not finite */
function numbers(elements) {
	return `[${elements.map((x) => (typeof x === 'number' ? Number(x.toPrecision(7)) : x)).join(', ')}]`;
}

/** @param {readonly (readonly string[])[]} rows */
function table(rows) {
	const widths = heading.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
	const line = (/** @type {readonly string[]} */ cells) =>
		`| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`;
	const rule = widths.map((width, i) =>
		i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
	);
	const [first = [], ...rest] = rows;
	return [line(first), line(rule), ...rest.map(line)];
}
