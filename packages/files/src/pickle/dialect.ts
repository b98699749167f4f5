import type { Caller, PickleObject, StackValue } from './values.ts';

/** What pickles of one library hold beside plain values. */
export interface Dialect {
	/** What that is, as errors say it. */
	readonly holds: string;
	/** How to save what can be read, as errors say it. */
	readonly advice: string;
	/** All that a pickle may name, by module and name with a space between them. */
	readonly names: ReadonlyMap<string, PickleObject>;
	/** What the id of a thing outside of the pickle stands for; there is none if left out. */
	readonly persistent?: (id: StackValue, caller: Caller) => StackValue;
	/** Checks the attributes that a dictionary is given, which are not kept; it may have none if left out. */
	readonly attributes?: (attributes: StackValue, caller: Caller) => void;
}
