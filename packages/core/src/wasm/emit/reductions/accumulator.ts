import type { Reduction } from '../../../lowering/ir/expression.ts';
import type { Code, Local } from '../../assembler/code.ts';
import type { Functions } from '../elements.ts';
import type { Value } from '../value.ts';
import { extremum } from './extremum.ts';
import { folding } from './folding.ts';
import { Winner } from './winner.ts';

/** What a reduction has found so far, in each lane apart. */
export interface Accumulator {
	/**
	 * Takes the first `count` lanes of a value in, which is the `side`th of those side by side; positions are needed by
	 * argmax and argmin.
	 */
	add(value: Value, count: number, position: Local | null, side: number): void;
	/** The result of all lanes, in every lane. */
	combined(): Value;
	/** The result of each lane. */
	apart(): Value;
}

/** Begins a reduction, of so many values side by side; `empty` if it has no elements. */
export function accumulator(
	code: Code,
	functions: Functions,
	reduction: Reduction,
	empty: boolean,
	sides: number,
): Accumulator {
	const { operation } = reduction;
	const { dtype } = reduction.input;
	if (operation === 'argmax' || operation === 'argmin')
		return new Winner(code, functions, operation, dtype, sides);
	if (dtype === 'f32' && (operation === 'max' || operation === 'min'))
		return extremum(code, operation);
	return folding(code, operation, dtype, reduction.accumulator, empty, sides);
}
