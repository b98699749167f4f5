import { formatShape } from '@pullback/core';

/** A derivative that differences do not confirm. */
export interface GradientVerdict {
	/** 'fail': it is wrong. 'undecided': the function branches there, or differences cannot tell. */
	readonly verdict: 'fail' | 'undecided';
	/** 1: a derivative of the function; 2: of its gradient. */
	readonly order: 1 | 2;
	readonly mode: 'reverse' | 'forward';
	/** Which input, from 0. */
	readonly input: number;
	/** Which element of it, an index for each axis. */
	readonly index: readonly number[];
	/** Which element of the output. */
	readonly output: readonly number[];
	/** What the derivative rules say. */
	readonly analytic: number;
	/** What differences say. */
	readonly numeric: number;
	/** How far apart the two might have been. */
	readonly tolerance: number;
}

const shown = 10;

/** What a check of gradients found. */
export class GradientReport {
	/** How many derivatives were compared. */
	readonly checked: number;
	/** Those that are wrong. */
	readonly failures: readonly GradientVerdict[];
	/** Those that no difference can judge. */
	readonly undecided: readonly GradientVerdict[];

	constructor(checked: number, verdicts: readonly GradientVerdict[]) {
		this.checked = checked;
		this.failures = verdicts.filter(({ verdict }) => verdict === 'fail');
		this.undecided = verdicts.filter(({ verdict }) => verdict === 'undecided');
	}

	/** Whether no derivative is wrong. */
	get ok(): boolean {
		return this.failures.length === 0;
	}

	/** This report and another in one. */
	and(other: GradientReport): GradientReport {
		return new GradientReport(this.checked + other.checked, [
			...this.failures,
			...this.undecided,
			...other.failures,
			...other.undecided,
		]);
	}

	/** Throws this report as an error if a derivative is wrong. */
	assert(): void {
		if (!this.ok) throw new Error(this.toString());
	}

	/** A line in all, and one for each of the first failures. */
	toString(): string {
		const undecided = this.undecided.length > 0 ? `; ${this.undecided.length} undecided` : '';
		if (this.ok)
			return `checkGradients: ${this.checked - this.undecided.length} of ${this.checked} derivatives agree${undecided}`;
		const lines = this.failures
			.slice(0, shown)
			.map(
				({ order, mode, input, index, output, analytic, numeric, tolerance }) =>
					`  ${order === 1 ? 'derivative' : 'second derivative'} by ${mode} mode of output ${formatShape(output)} in input ${input} at ${formatShape(index)}: ${analytic}, by differences ${numeric}; apart by ${Math.abs(analytic - numeric).toPrecision(3)}, allowed ${tolerance.toPrecision(3)}`,
			);
		const more = this.failures.length - lines.length;
		return [
			`checkGradients: ${this.failures.length} of ${this.checked} derivatives disagree with differences${undecided}`,
			...lines,
			...(more > 0 ? [`  and ${more} more`] : []),
		].join('\n');
	}
}
