import { formatShape } from '@pullback/core';

/** A derivative that is not what the central difference says. */
export interface GradientFailure {
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
	/** What the central difference says. */
	readonly numeric: number;
	/** How far apart the two might have been. */
	readonly tolerance: number;
}

const shown = 10;

/** What a check of gradients found. */
export class GradientReport {
	/** How many derivatives were compared. */
	readonly checked: number;
	readonly failures: readonly GradientFailure[];

	constructor({ checked, failures }: { checked: number; failures: readonly GradientFailure[] }) {
		this.checked = checked;
		this.failures = failures;
	}

	/** Whether every derivative agreed. */
	get ok(): boolean {
		return this.failures.length === 0;
	}

	/** Throws this report as an error, unless everything agreed. */
	assert(): void {
		if (!this.ok) throw new Error(this.toString());
	}

	/** A line in all, and one for each of the first failures. */
	toString(): string {
		if (this.ok) return `checkGradients: all ${this.checked} derivatives agree`;
		const lines = this.failures
			.slice(0, shown)
			.map(
				({ order, mode, input, index, output, analytic, numeric, tolerance }) =>
					`  ${order === 1 ? 'derivative' : 'second derivative'} by ${mode} mode of output ${formatShape(output)} in input ${input} at ${formatShape(index)}: ${analytic}, by differences ${numeric}; apart by ${Math.abs(analytic - numeric).toPrecision(3)}, allowed ${tolerance.toPrecision(3)}`,
			);
		const more = this.failures.length - lines.length;
		return [
			`checkGradients: ${this.failures.length} of ${this.checked} derivatives disagree with central differences`,
			...lines,
			...(more > 0 ? [`  and ${more} more`] : []),
		].join('\n');
	}
}
