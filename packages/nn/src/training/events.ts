import type { EpochRecord, History, Position } from './history.ts';

/** A step of training that was made. */
export interface StepEvent {
	readonly kind: 'step';
	/** The mean loss of its examples, before the step. */
	readonly loss: number;
	/** The steps of this run so far, this one included. */
	readonly steps: number;
	/** Where a run that goes on after this step begins. */
	readonly next: Position;
}

/** An epoch that was finished, and measured. */
export interface EpochEvent {
	readonly kind: 'epoch';
	readonly record: EpochRecord;
	readonly next: Position;
}

/** The end of a run, after its last step or epoch, however it came to it; told before `fit` returns. */
export interface EndEvent {
	readonly kind: 'end';
	readonly ended: History['ended'];
	readonly next: Position;
}

/** What a run of training tells while it lasts. */
export type FitEvent = StepEvent | EpochEvent | EndEvent;

/** Told each event, and waited for; a run that it answers with 'stop' ends there. */
export type Callback = (
	event: FitEvent,
	// biome-ignore lint/suspicious/noConfusingVoidType: a function without return statement returns void
) => undefined | void | 'stop' | Promise<undefined | void | 'stop'>;
