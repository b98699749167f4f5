import type { Node, Variable } from '@pullback/core';
import {
	checkedCount,
	checkedFinite,
	checkedFunction,
	checkedOptions,
} from '@pullback/core/arguments';
import type { AnyModule } from '../modules/module.ts';
import { checkedModel } from './evaluate.ts';
import type { Callback } from './events.ts';
import type { EpochRecord } from './history.ts';

/** Options of `earlyStopping`. */
export interface EarlyStoppingOptions {
	/** The number of epochs in a row that may bring no improvement; 5 if left out. */
	readonly patience?: number;
	/** By how much a number must fall to be an improvement; 0 if left out: by anything. */
	readonly minDelta?: number;
	/** The number that should fall; the loss of the validation data if left out, or that of training where there is none. */
	readonly monitor?: (record: EpochRecord) => number;
	/** A model that is given, at the end of the run, its Variables as they were after the best epoch; left as it is if left out. */
	readonly restore?: AnyModule | null;
}

/**
 * A callback of `fit` that ends the run once a number has not improved for some epochs (Prechelt 1998). NaN is no
 * improvement.
 */
export function earlyStopping(options?: EarlyStoppingOptions): Callback {
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
	let best = Infinity;
	let waited = 0;
	let kept: readonly (readonly [Variable, Node])[] = [];
	return (event) => {
		if (event.kind === 'end') for (const [variable, value] of kept) variable.assign(value);
		if (event.kind !== 'epoch') return undefined;
		const found = monitor(event.record);
		if (found < best - minDelta) {
			best = found;
			waited = 0;
			const variables = restore?.namedVariables().values() ?? [];
			kept = Array.from(variables, (variable) => [variable, variable.read()]);
			return undefined;
		}
		waited++;
		return waited > patience ? 'stop' : undefined;
	};
}
