/** What was found in one pass over some data: the mean loss of an example, and each metric. */
export interface Measured {
	/** The mean over the examples. */
	readonly loss: number;
	readonly metrics: { readonly [name: string]: number };
}

/** What one epoch has come to. */
export interface EpochRecord extends Measured {
	/** The number of the epoch, from 0. */
	readonly epoch: number;
	/** The batches of the epoch, those before where the run began included; losses and metrics are of the others. */
	readonly batches: number;
	/** Of the data that is not trained on, after the epoch; null if there is none. */
	readonly validation: Measured | null;
	readonly seconds: number;
}

/** What a run of training has come to. */
export interface History {
	/** One record for each epoch that was finished in this run. */
	readonly epochs: readonly EpochRecord[];
	/** The steps of the optimiser in this run. */
	readonly steps: number;
	/** Where a run that goes on begins. */
	readonly next: Position;
	/** Why it ended: all epochs were done, a callback stopped it, or the signal aborted. */
	readonly ended: 'finished' | 'stopped' | 'aborted';
}

/** Where a run of training stands: so many epochs are finished, and so many batches of the next. */
export interface Position {
	readonly epoch: number;
	readonly batch: number;
}
