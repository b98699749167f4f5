import { type ElementType, elementTypes } from '../elements.ts';
import {
	type Caller,
	describeValue,
	PickleObject,
	quoted,
	type StackValue,
	Tuple,
} from '../pickle/values.ts';

/** The types of NumPy that are read, by the names that they have in pickles. */
export const numpyTypes: ReadonlyMap<string, ElementType> = new Map([
	['b1', elementTypes.bool],
	['u1', elementTypes.u8],
	['i1', elementTypes.i8],
	['i2', elementTypes.i16],
	['u2', elementTypes.u16],
	['i4', elementTypes.i32],
	['u4', elementTypes.u32],
	['i8', elementTypes.i64],
	['u8', elementTypes.u64],
	['f2', elementTypes.f16],
	['f4', elementTypes.f32],
	['f8', elementTypes.f64],
]);

/** Kinds of types that are not read, by the letters that their names begin with. */
const otherKinds: ReadonlyMap<string, string> = new Map([
	['c', 'complex numbers'],
	['f', 'floating numbers of more than 64 bits'],
	['O', "Python's objects"],
	['S', 'bytes'],
	['U', 'text'],
	['V', 'records'],
	['M', 'dates'],
	['m', 'spans of time'],
]);

/** A dtype of NumPy: a type of elements, and once it has its state, the order of their bytes. */
export class NumpyDType extends PickleObject {
	readonly #type: ElementType;
	#littleEndian: boolean | null = null;

	/** From the arguments of `numpy.dtype`: the name of a type, and two flags that say nothing about elements. */
	constructor(args: readonly StackValue[], caller: Caller) {
		super('a dtype');
		const [name] = args;
		if (typeof name !== 'string' || args.length !== 3)
			caller.refuse('found a dtype without a name, needed one as NumPy pickles it');
		this.#type = numpyTypes.get(name) ?? caller.refuse(unreadable(name));
	}

	/** The type of elements and whether their lowest byte stands first. */
	complete(caller: Caller): { readonly type: ElementType; readonly littleEndian: boolean } {
		const littleEndian =
			this.#littleEndian ?? caller.refuse('found a dtype without its state, needed its byte order');
		return { type: this.#type, littleEndian };
	}

	/** Takes (version, byte order, None, None, None, -1, -1, flags), and what describes it from version 4 on. */
	override build(state: StackValue, caller: Caller): void {
		if (this.#littleEndian !== null)
			caller.refuse('found a second state for a dtype, needed it once');
		const [version, order, ...fields] = state instanceof Tuple ? state.items : [];
		if (
			(version !== 3 && version !== 4) ||
			typeof order !== 'string' ||
			fields.slice(0, 3).some((field) => field !== null) ||
			fields.length < 6
		)
			caller.refuse(
				`found the state ${describeValue(state)} for a dtype, needed that of a plain type, version 3 or 4`,
			);
		if (order !== '<' && order !== '>' && !(order === '|' && this.#type.bytes === 1))
			caller.refuse(`found the byte order ${quoted(order)}, needed < or >`);
		this.#littleEndian = order !== '>';
	}
}

/** Why arrays of a type are not read. */
export function unreadable(name: string): string {
	const kind = otherKinds.get(name.charAt(0));
	const about = kind === undefined ? '' : ` (${kind})`;
	return `found arrays of dtype ${quoted(name)}${about}, needed one of ${[...numpyTypes.keys()].join(', ')}`;
}
