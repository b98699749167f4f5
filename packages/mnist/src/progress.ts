import { formatDuration } from '@pullback/nn/progress';

/** Where a training run stands. */
export interface ProgressState {
	readonly iteration: number;
	readonly iterations: number;
	readonly loss: number;
	/** The share of the test images that was right at the last evaluation. */
	readonly accuracy: number;
	readonly examplesPerSecond: number;
	readonly secondsLeft: number;
}

/** The text of the live line, which fits 80 columns for runs of ordinary length. */
export function formatProgress(state: ProgressState): string {
	const { iteration, iterations, loss, accuracy, examplesPerSecond, secondsLeft } = state;
	const parts = [
		`step ${String(iteration).padStart(String(iterations).length)}/${iterations}`,
		`loss ${loss.toFixed(4)}`,
		`test ${accuracy.toFixed(4)}`,
	];
	if (Number.isFinite(examplesPerSecond)) {
		parts.push(`${Math.round(examplesPerSecond).toLocaleString('en-US')} images/s`);
	}
	if (Number.isFinite(secondsLeft)) parts.push(`${formatDuration(secondsLeft)} left`);
	return parts.join('  ');
}
