import { assignAll, type Variable, variable } from '@pullback/core';
import {
	checkedCount,
	checkedFinite,
	checkedFunction,
	checkedOptions,
} from '@pullback/core/arguments';
import type { AnyModule } from '../modules/module.ts';
import { checkedModel } from './evaluate.ts';
import type { Callback, FitEvent } from './events.ts';
import type { EpochRecord } from './history.ts';

/** Options of `earlyStopping`. */
export interface EarlyStoppingOptions {
	/** The number of epochs in a row that may bring no improvement; 5 if left out. */
	readonly patience?: number;
	/** By how much a number must fall to be an improvement; 0 if left out: by anything. */
	readonly minDelta?: number;
	/** The number that should fall; the loss of the validation data if left out, or that of training where there is none. */
	readonly monitor?: (record: EpochRecord) => number;
	/**
	 * A model that is given its Variables as they were after the best epoch, once all epochs are done or this has ended the
	 * run; left as it is if left out. A run that others stop, or a signal, leaves it as it is, to go on from.
	 */
	readonly restore?: AnyModule | null;
}

/**
 * A callback of `fit`, and what it knows of the epochs so far: to be saved with a run that is to go on, by a callback that
 * stands behind it, as each is told of an epoch in its turn.
 */
export interface EarlyStopping extends Callback {
	/** The least number, how many epochs have passed since, and the model's Variables then. */
	namedVariables(): Map<string, Variable>;
}

/**
 * A callback of `fit` that ends the run once a number has not improved for some epochs (Prechelt 1998). NaN is no
 * improvement.
 */
export function earlyStopping(options?: EarlyStoppingOptions): EarlyStopping {
	const {
		patience = 5,
		minDelta = 0,
		monitor = ({ loss, validation }: EpochRecord): number => validation?.loss ?? loss,
		restore = null,
	} = checkedOptions('earlyStopping', options, ['patience', 'minDelta', 'monitor', 'restore']);
	checkedCount('earlyStopping', 'patience', patience);
	checkedFinite('earlyStopping', 'minDelta', minDelta);
	checkedFunction('earlyStopping', 'monitor', monitor);
	if (restore !== null) checkedModel('earlyStopping', restore);
	const best = variable(Infinity, { name: 'best', dtype: 'f64' });
	const waited = variable(0, { name: 'waited', dtype: 'f64' });
	const kept = Array.from(restore?.namedVariables() ?? [], ([path, own]) => ({
		own,
		copy: variable(own, { name: `kept.${path}` }),
	}));
	let hasStopped = false;
	const callback = (event: FitEvent): 'stop' | undefined => {
		if (event.kind === 'end') {
			const isOver = event.ended === 'finished' || hasStopped;
			hasStopped = false;
			if (isOver && best.item() < Infinity)
				assignAll(kept.map(({ own, copy }) => [own, copy.read()]));
		}
		if (event.kind !== 'epoch') return undefined;
		const found = monitor(event.record);
		if (found < best.item() - minDelta) {
			assignAll([
				[best, found],
				[waited, 0],
				...kept.map(({ own, copy }) => [copy, own.read()] as const),
			]);
			return undefined;
		}
		waited.assign(waited.add(1));
		hasStopped = waited.item() > patience;
		return hasStopped ? 'stop' : undefined;
	};
	const all = [best, waited, ...kept.map(({ copy }) => copy)];
	return Object.assign(callback, {
		namedVariables: () => new Map(all.map((each) => [each.name, each])),
	});
}
