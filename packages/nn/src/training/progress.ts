import { describe } from '@pullback/core/arguments';
import type { Callback } from './events.ts';
import type { EpochRecord, Measured, Position } from './history.ts';
import { formatDuration, ProgressLine, type ProgressStream } from './progressLine.ts';

/** Where progress is told: on a stream; on the standard error stream of the process, if there is one; or not at all. */
export type Progress = ProgressStream | 'auto' | 'none';

/** The stream that is meant; null for none. */
export function streamOf(operation: string, progress: Progress): ProgressStream | null {
	if (progress === 'none') return null;
	if (progress === 'auto') {
		// Browsers have no process.
		const { process } = globalThis as { readonly process?: { readonly stderr?: ProgressStream } };
		return process?.stderr ?? null;
	}
	if (typeof progress === 'object' && typeof progress?.write === 'function') return progress;
	throw new TypeError(
		`${operation}: progress is ${describe(progress)}; it must be 'auto', 'none', or a stream with a method write`,
	);
}

/**
 * A callback that tells how a run goes: a live line on a terminal, a line for each epoch elsewhere. `epochs` are how many
 * the run has; how long it will take is told from the first finished epoch of the run on.
 */
export function progressMeter(stream: ProgressStream, epochs: number, start: Position): Callback {
	const line = new ProgressLine(stream);
	const began = performance.now();
	let batches: number | null = null;
	return (event) => {
		const { epoch, batch } = event.next;
		switch (event.kind) {
			case 'step':
				line.update(() => {
					const of = batches === null ? '' : `/${batches}`;
					const parts = [
						`epoch ${epoch + 1}/${epochs}`,
						`batch ${batch}${of}`,
						`loss ${event.loss.toPrecision(4)}`,
					];
					const done = epoch - start.epoch + (batches === null ? 0 : batch / batches);
					if (batches !== null && done > 0) {
						const seconds = (performance.now() - began) / 1000;
						const left = (seconds * (epochs - start.epoch - done)) / done;
						parts.push(`${formatDuration(left)} left`);
					}
					return parts.join('  ');
				});
				break;
			case 'epoch':
				batches = event.record.batches;
				line.print(textOf(event.record, epochs));
				break;
			case 'end':
				line.clear();
				break;
		}
	};
}

function textOf(record: EpochRecord, epochs: number): string {
	const parts = [`epoch ${record.epoch + 1}/${epochs}`, ...numbers('', record)];
	if (record.validation !== null) parts.push(...numbers('validation ', record.validation));
	return [...parts, formatDuration(record.seconds)].join('  ');
}

function numbers(of: string, { loss, metrics }: Measured): string[] {
	return Object.entries({ loss, ...metrics }).map(
		([name, value]) => `${of}${name} ${value.toPrecision(4)}`,
	);
}
