import { type Caller, describeItems, PickleObject, type StackValue } from './values.ts';

type Call = (args: readonly StackValue[], caller: Caller) => StackValue;

/** A function of Python's that pickles call, as it is written here. */
export class PickleFunction extends PickleObject {
	readonly #call: Call;

	constructor(name: string, call: Call) {
		super(name);
		this.#call = call;
	}

	override call(args: readonly StackValue[], caller: Caller): StackValue {
		return this.#call(args, caller);
	}
}

/** Refuses arguments that no writer of the dialect passes. */
export function wrongCall(name: string, args: readonly StackValue[], caller: Caller): never {
	return caller.refuse(
		`found a call of ${name} with ${describeItems(args)}, needed one as it is written for ${caller.holds}`,
	);
}
