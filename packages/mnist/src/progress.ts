import { formatDuration } from '@pullback/nn/progress';

/** Where a training run stands. */
export interface ProgressState {
	readonly iteration: number;
	readonly iterations: number;
	readonly loss: number;
	/** The share of the test images that was right at the last evaluation; NaN before the first. */
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
	];
	if (Number.isFinite(accuracy)) parts.push(`test ${accuracy.toFixed(4)}`);
	if (Number.isFinite(examplesPerSecond)) {
		parts.push(`${Math.round(examplesPerSecond).toLocaleString('en-US')} images/s`);
	}
	if (Number.isFinite(secondsLeft)) parts.push(`${formatDuration(secondsLeft)} left`);
	return parts.join('  ');
}

/** The line that tells how good a net is after an epoch, or within one. */
export function formatEpoch(result: {
	readonly epoch: number;
	readonly loss: number;
	readonly trainAccuracy: number;
	readonly testAccuracy: number;
}): string {
	const { epoch, loss, trainAccuracy, testAccuracy } = result;
	const number = Number.isInteger(epoch) ? String(epoch) : epoch.toFixed(2);
	const [train, test] = [trainAccuracy.toFixed(4), testAccuracy.toFixed(4)];
	return `epoch ${number.padStart(5)}  loss ${loss.toFixed(4)}  train accuracy ${train}  test accuracy ${test}`;
}
