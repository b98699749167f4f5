import { describe } from '@pullback/core/arguments';

/** Whether a net is being trained or used: what some layers, such as dropout, do differently. */
export type Mode = 'train' | 'evaluate';

/** The mode that a layer was told, which nothing but the two are: a misspelt one would go unnoticed. */
export function checkedMode(operation: string, mode: Mode): Mode {
	if (mode !== 'train' && mode !== 'evaluate')
		throw new TypeError(
			`${operation}: mode is ${describe(mode)}; it must be 'train' or 'evaluate'`,
		);
	return mode;
}
