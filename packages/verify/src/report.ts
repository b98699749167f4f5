import { formatShape } from '@pullback/core';
import type { Standard } from './consistency.ts';
import type { Obstacle } from './estimate.ts';

/** A derivative that what it is compared with does not confirm. */
export interface GradientVerdict {
	/** 'fail': it is wrong. 'undecided': the function branches there, or differences cannot tell. */
	readonly verdict: 'fail' | 'undecided';
	/** 1: a derivative of the function; 2: of its gradient; 3: of the gradient of that. */
	readonly order: 1 | 2 | 3;
	readonly mode: 'reverse' | 'forward';
	/** What it is compared with: differences, or other derivatives by the same rules. */
	readonly standard: 'differences' | Standard;
	/** Which input, from 0; null for one along a direction in all of them. */
	readonly input: number | null;
	/** Which element of it, an index for each axis. */
	readonly index: readonly number[];
	/** Which element of the output; null for one of a combination of all of them. */
	readonly output: readonly number[] | null;
	/** What the derivative rules say. */
	readonly analytic: number;
	/** What differences say, or other derivatives. */
	readonly numeric: number;
	/** How far apart the two might have been. */
	readonly tolerance: number;
	/** Why no difference can judge it, or that rounding leaves too little of it; null where one does. */
	readonly obstacle: Obstacle | 'rounding' | null;
}

/** How many derivatives in one input were compared with differences, and how many of these could be decided. */
export interface Count {
	readonly checked: number;
	readonly decided: number;
}

/** What comparisons found, as parts of a report. */
export interface Findings {
	/** By the input, from 0. */
	readonly byInput: ReadonlyMap<number, Count>;
	readonly verdicts: readonly GradientVerdict[];
	/** The smallest and the greatest step that decided a derivative; [Infinity, 0] if none did. */
	readonly steps: readonly [least: number, greatest: number];
	/** Of those that agree, how far away the worst of each kind is, as a share of what is allowed. */
	readonly worst: ReadonlyMap<string, number>;
}

const shown = 10;

/** What a check of gradients found. */
export class GradientReport implements Findings {
	readonly byInput: ReadonlyMap<number, Count>;
	readonly verdicts: readonly GradientVerdict[];
	readonly steps: readonly [least: number, greatest: number];
	readonly worst: ReadonlyMap<string, number>;

	constructor({ byInput, verdicts, steps, worst }: Findings) {
		this.byInput = byInput;
		this.verdicts = verdicts;
		this.steps = steps;
		this.worst = worst;
	}

	/** How many derivatives were compared with differences. */
	get checked(): number {
		return total(this.byInput.values(), ({ checked }) => checked);
	}

	/** How many of these differences could judge. */
	get decided(): number {
		return total(this.byInput.values(), ({ decided }) => decided);
	}

	/** Those that are wrong. */
	get failures(): readonly GradientVerdict[] {
		return this.verdicts.filter(({ verdict }) => verdict === 'fail');
	}

	/** Those that no difference can judge. */
	get undecided(): readonly GradientVerdict[] {
		return this.verdicts.filter(({ verdict }) => verdict === 'undecided');
	}

	/** Why some are undecided, and how many for each reason. */
	get obstacles(): ReadonlyMap<string, number> {
		const counts = new Map<string, number>();
		for (const { obstacle } of this.undecided)
			if (obstacle !== null) counts.set(obstacle, (counts.get(obstacle) ?? 0) + 1);
		return counts;
	}

	/** Whether no derivative is wrong. */
	get ok(): boolean {
		return this.failures.length === 0;
	}

	/** This report and another in one. */
	and(other: GradientReport): GradientReport {
		const byInput = new Map(this.byInput);
		for (const [input, { checked, decided }] of other.byInput) {
			const known = byInput.get(input) ?? { checked: 0, decided: 0 };
			byInput.set(input, { checked: known.checked + checked, decided: known.decided + decided });
		}
		const worst = new Map(this.worst);
		for (const [kind, apart] of other.worst) worst.set(kind, Math.max(worst.get(kind) ?? 0, apart));
		return new GradientReport({
			byInput,
			verdicts: [...this.verdicts, ...other.verdicts],
			steps: [Math.min(this.steps[0], other.steps[0]), Math.max(this.steps[1], other.steps[1])],
			worst,
		});
	}

	/** Throws this report as an error if a derivative is wrong. */
	assert(): void {
		if (!this.ok) throw new Error(this.toString());
	}

	/** What was compared and by which steps, in a line or two, and a line for each of some failures, the worst of each kind first. */
	toString(): string {
		const { checked, decided, failures, obstacles } = this;
		const reasons = [...obstacles].map(
			([reason, count]) => `${count} ${reasonsOf[reason] ?? reason}`,
		);
		const undecided = reasons.length > 0 ? `; undecided are ${reasons.join(', ')}` : '';
		if (this.ok)
			return `checkGradients: ${decided} of ${checked} derivatives agree${this.#how()}${undecided}`;
		const lines = worstFirst(failures).slice(0, shown).map(lineOf);
		const more = failures.length - lines.length;
		return [
			`checkGradients: ${failures.length} of ${checked} derivatives disagree; ${decided} could be decided${this.#how()}${undecided}`,
			...lines,
			...(more > 0 ? [`  and ${more} more`] : []),
		].join('\n');
	}

	#how(): string {
		const [least, greatest] = this.steps;
		if (greatest === 0) return '';
		const apart = [...this.worst].map(
			([kind, share]) => `${kind} ${(100 * share).toPrecision(2)} %`,
		);
		const agreeing =
			apart.length > 0
				? `; those that agree are apart at the most, of what is allowed: ${apart.join(', ')}`
				: '';
		return ` (steps from ${least.toPrecision(2)} to ${greatest.toPrecision(2)}${agreeing})`;
	}
}

/** What stands in the way of a decision, in words. */
const reasonsOf: Readonly<Record<string, string>> = {
	branches: 'where the function branches',
	'not finite': 'where a value is infinite or no number',
	'not resolved': 'where no step is small enough to see a smooth function',
	rounding: 'where rounding leaves too few digits',
};

function total<Item>(items: Iterable<Item>, of: (item: Item) => number): number {
	let sum = 0;
	for (const item of items) sum += of(item);
	return sum;
}

const orders = ['', 'derivative', 'second derivative', 'third derivative'] as const;
/** How the standard of a comparison is named. */
const standards: Readonly<Record<GradientVerdict['standard'], string>> = {
	differences: 'by differences',
	'single elements': 'by those of single elements',
	'separate Nodes': 'with an equal Node for each operand that is the same',
	f64: 'in f64',
};

/** Of which kind a derivative is, in words. */
export function kindOf({ order, mode }: Pick<GradientVerdict, 'order' | 'mode'>): string {
	return `${orders[order]} by ${mode} mode`;
}

/** The failures of each kind, the one that is farthest away before all others. */
function worstFirst(failures: readonly GradientVerdict[]): GradientVerdict[] {
	const worst = new Map<string, GradientVerdict>();
	for (const each of failures) {
		const kind = `${kindOf(each)} ${each.standard}`;
		const known = worst.get(kind);
		if (known === undefined || excessOf(each) > excessOf(known)) worst.set(kind, each);
	}
	const first = new Set(worst.values());
	return [...first, ...failures.filter((each) => !first.has(each))];
}

/** How far from what it is compared with, as a multiple of what is allowed. */
function excessOf({ analytic, numeric, tolerance }: GradientVerdict): number {
	const excess = Math.abs(analytic - numeric) / tolerance;
	return Number.isNaN(excess) ? Infinity : excess;
}

function lineOf(verdict: GradientVerdict): string {
	const { standard, input, index, output, analytic, numeric, tolerance } = verdict;
	const of = output === null ? 'a combination of all outputs' : `output ${formatShape(output)}`;
	const along =
		input === null
			? 'along a direction in all inputs'
			: `in input ${input} at ${formatShape(index)}`;
	const single = standard === 'f64' ? ' in f32' : '';
	const apart = Math.abs(analytic - numeric);
	const percent = (100 * apart) / Math.max(Math.abs(analytic), Math.abs(numeric));
	const share = Number.isFinite(percent) ? `, ${percent.toPrecision(2)} % of the larger` : '';
	return `  ${kindOf(verdict)} of ${of} ${along}${single}: ${analytic}, ${standards[standard]} ${numeric}; apart by ${apart.toPrecision(3)}${share}, allowed ${tolerance.toPrecision(3)}`;
}
