import { type Operand, Variable, type VariableOptions } from '@pullback/core';
import { checkedOptions, checkedString, toTensor } from '@pullback/core/arguments';

/**
 * A Variable of a Module that is saved with it and not trained, such as running statistics or a random key. It is
 * assigned by the Module's `forward` and by whom it may concern, and is none of its parameters.
 */
export class Buffer extends Variable {}

/** A Buffer that starts with the given value, which is copied. */
export function buffer(init: Operand, options?: VariableOptions): Buffer {
	const { name = 'buffer', dtype } = checkedOptions('buffer', options, ['name', 'dtype']);
	checkedString('buffer', 'name', name);
	return new Buffer(toTensor('buffer', init, dtype, undefined), name);
}
