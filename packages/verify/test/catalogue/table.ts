import type { Entry } from './entry.ts';
import { type Check, checks, none, type Share, sumOf, type Verdict } from './run.ts';

/** What PyTorch's checks say, as its script writes it. */
export interface Peer {
	readonly torch: string;
	readonly entries: Readonly<Record<string, Readonly<Partial<Record<PeerCheck, string>>>>>;
}

const peerChecks = ['gradcheck', 'gradgradcheck'] as const;
type PeerCheck = (typeof peerChecks)[number];

/** What was found of a right function, and of a planted fault. */
export type RightFinding = readonly [entry: Entry, verdict: Verdict];
export type FaultFinding = readonly [entry: Entry, found: ReadonlyMap<Check, number>];

interface Findings {
	readonly right: readonly RightFinding[];
	readonly faults: readonly FaultFinding[];
	readonly peer: Peer | null;
}

/** The whole document. */
export function documentOf({ right, faults, peer }: Findings): string {
	const unseen = faults.filter(([{ unseen }]) => unseen !== undefined);
	return [
		introduction,
		'',
		...(peer === null ? [] : [`PyTorch is of version ${peer.torch}.`, '']),
		'## Right functions',
		'',
		rightWords,
		'',
		...rightTable(right, peer),
		'',
		'## Planted faults',
		'',
		faultWords,
		'',
		...faultTable(faults, peer),
		'',
		'## What no check can see',
		'',
		unseenWords,
		'',
		...unseen.map(([{ name, kind, unseen }]) => `- ${name} (${kind}): ${unseen}`),
		'',
		'## Each fault',
		'',
		eachWords,
		'',
		...eachTable(faults, peer),
		'',
		'## Each right function',
		'',
		...kindsOf(right).map(
			([kind, all]) => `- **${kind}**: ${all.map(([{ name }]) => name).join('; ')}.`,
		),
		'',
	].join('\n');
}

const introduction = `# What checks of gradients see, and what they do not

Written by \`npm run catalogue\` (\`packages/verify/test/catalogue.long.ts\`), which fails if a check calls a right function
wrong, or if \`gradientProperty\` misses a fault that can be seen. The catalogue is in \`packages/verify/test/catalogue\`: functions whose derivatives are right, at
operands that make it hard to see, and functions in which a fault is planted. All checks have their default settings, and
seeds that do not change.

- **order 1**, **order 2**: \`gradientProperty\`, of derivatives, and of these and the derivatives of derivatives.
- **checkTaylor**, **checkAdjoint**: at the same operands, along one random direction.
- **gradcheck**, **gradgradcheck**: PyTorch's, at their default settings, of the same functions and operands, where PyTorch has
  what they are made of (\`benchmarks/gradcheck.mjs\` asks it); how many these are is said. The second looks at derivatives
  of derivatives alone. What it has no word for, such as forward mode, is left empty.`;

const rightWords = `How many are called wrong: false alarms, of which there must be none of ours. Undecided is how much is left open of the
derivatives that differences in double precision can decide at all: those of functions that keep some digits of their value, at
points where they have a derivative. To be undecided is no alarm, but nothing has been checked there. At a branch the rules
follow a convention or an average, which is not wrong.`;

const faultWords = `How many are found: by \`gradientProperty\` with order 2 in 100 runs at the most, and in which run; by the others in the
first three. A fault that order 2 finds nowhere is explained below.`;

const unseenWords = `Kinds that no check at its default settings sees, each with the reason.`;

const eachWords =
	'The run in which each check finds it; empty where it does not. PyTorch drew ten times.';

function rightTable(right: readonly RightFinding[], peer: Peer | null): string[] {
	const heading = [
		'kind',
		'functions',
		...checks,
		'undecided, order 1',
		'order 2',
		...(peer === null ? [] : peerChecks),
	];
	const row = (kind: string, all: readonly RightFinding[]): string[] => [
		kind,
		String(all.length),
		...checks.map((check) => String(all.filter(([, { alarms }]) => alarms.has(check)).length)),
		...([0, 1] as const).map((order) => undecided(all, order)),
		...peerCells(all, peer, 'alarm', 'ok'),
	];
	return lines(heading, [
		...kindsOf(right).map(([kind, all]) => row(kind, all)),
		row('all', right),
	]);
}

function faultTable(faults: readonly FaultFinding[], peer: Peer | null): string[] {
	const heading = ['kind', 'faults', ...checks, 'in run', ...(peer === null ? [] : peerChecks)];
	const row = (kind: string, all: readonly FaultFinding[]): string[] => {
		const runs = all.flatMap(([, found]) => found.get('order 2') ?? []).sort((a, b) => a - b);
		const [least, most] = [runs[0], runs.at(-1)];
		return [
			kind,
			String(all.length),
			...checks.map((check) => String(all.filter(([, found]) => found.has(check)).length)),
			least === most ? String(least ?? '') : `${least} to ${most}`,
			...peerCells(all, peer, 'found', 'missed'),
		];
	};
	return lines(heading, [
		...kindsOf(faults).map(([kind, all]) => row(kind, all)),
		row('all', faults),
	]);
}

function eachTable(faults: readonly FaultFinding[], peer: Peer | null): string[] {
	const heading = ['kind', 'fault', ...checks, ...(peer === null ? [] : peerChecks)];
	return lines(
		heading,
		kindsOf(faults).flatMap(([kind, all]) =>
			all.map(([{ name }, found]) => [
				kind,
				name,
				...checks.map((check) => String(found.get(check) ?? '')),
				...(peer === null ? [] : peerChecks.map((check) => peer.entries[name]?.[check] ?? '')),
			]),
		),
	);
}

/** How many of those that differences can decide are left undecided, in percent. */
function undecided(all: readonly RightFinding[], order: 0 | 1): string {
	const { checked, decided } = shareOf(all, order);
	return checked === 0 ? '' : `${Math.round((100 * (checked - decided)) / checked)} %`;
}

/** Of the derivatives of an order that can be decided at all. */
export function shareOf(all: readonly RightFinding[], order: 0 | 1): Share {
	return all
		.filter(([{ decidable }]) => decidable?.[order])
		.map(([, { shares }]) => shares[order])
		.reduce(sumOf, none);
}

/** How many PyTorch's checks call wrong, of how many that they could judge. */
function peerCells(
	all: readonly (readonly [entry: Entry, ...rest: unknown[]])[],
	peer: Peer | null,
	wrong: string,
	agreed: string,
): string[] {
	if (peer === null) return [];
	return peerChecks.map((check) => {
		const said = all.map(([{ name }]) => peer.entries[name]?.[check]);
		const [bad, good] = [wrong, agreed].map((word) => said.filter((each) => each === word).length);
		const judged = (bad ?? 0) + (good ?? 0);
		return judged === 0 ? '' : `${bad} of ${judged}`;
	});
}

function kindsOf<Finding extends readonly [entry: Entry, ...rest: unknown[]]>(
	findings: readonly Finding[],
): [kind: string, all: Finding[]][] {
	const kinds = new Map<string, Finding[]>();
	for (const finding of findings) {
		const [{ kind }] = finding;
		kinds.set(kind, [...(kinds.get(kind) ?? []), finding]);
	}
	return [...kinds];
}

/** A table as Markdown. */
function lines(heading: readonly string[], rows: readonly (readonly string[])[]): string[] {
	const escaped = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
	const widths = heading.map((title, column) =>
		Math.max(title.length, ...escaped.map((row) => row[column]?.length ?? 0)),
	);
	const line = (cells: readonly string[]): string =>
		`| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
	return [line(heading), line(widths.map((width) => '-'.repeat(width))), ...escaped.map(line)];
}
