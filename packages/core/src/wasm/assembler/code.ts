import { Bytes } from './bytes.ts';
import {
	type Access,
	accesses,
	type LaneAccess,
	type LaneOpcode,
	laneAccesses,
	lanes,
	type Opcode,
	opcodes,
} from './opcodes.ts';

/** The types of values. */
export const valueTypes = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;
export type ValueType = keyof typeof valueTypes;

/** A parameter or local variable of the function at hand. */
export type Local = number & { readonly local: unique symbol };

/** Encoded instructions of the function at hand. */
export type Instructions = Uint8Array & { readonly instructions: unique symbol };

const simd = 0xfd;
const empty = 0x40;

/** The body of one function, instruction by instruction; knows the format, and nothing of tensors. */
export class Code {
	readonly #parameters: number;
	/** The local variables in order, those of one type in a row together. */
	readonly #locals: { readonly type: ValueType; count: number }[] = [];
	#localCount = 0;
	readonly #bytes = new Bytes();
	/** The global that holds a vector. */
	readonly #globalOf: (vector: Uint8Array) => number;
	#depth = 0;

	constructor(parameters: number, globalOf: (vector: Uint8Array) => number) {
		this.#parameters = parameters;
		this.#globalOf = globalOf;
	}

	/** The parameter at `index`. */
	parameter(index: number): Local {
		return index as Local; // parameters are the first locals
	}

	/** A new local variable, zero at first. */
	local(type: ValueType): Local {
		const last = this.#locals[this.#locals.length - 1];
		if (last?.type === type) last.count++;
		else this.#locals.push({ type, count: 1 });
		return (this.#parameters + this.#localCount++) as Local; // locals follow the parameters
	}

	get(local: Local): this {
		this.#bytes.pair(0x20, local);
		return this;
	}

	set(local: Local): this {
		this.#bytes.pair(0x21, local);
		return this;
	}

	tee(local: Local): this {
		this.#bytes.pair(0x22, local);
		return this;
	}

	/** A new local with what is on top of the stack. */
	keep(type: ValueType): Local {
		const local = this.local(type);
		this.set(local);
		return local;
	}

	op(name: Opcode): this {
		const entry: readonly [number, number?] = opcodes[name];
		const second = entry[1];
		if (second === undefined) this.#bytes.byte(entry[0]);
		else this.#bytes.pair(entry[0], second);
		return this;
	}

	/** A load or store at the address on the stack plus `offset` bytes, from 0. */
	access(name: Access, offset = 0): this {
		const entry = accesses[name];
		const bytes = this.#bytes;
		if (entry.length === 3) {
			bytes.pair(entry[0], entry[1]);
			bytes.pair(entry[2], offset);
		} else {
			bytes.byte(entry[0]);
			bytes.pair(entry[1], offset);
		}
		return this;
	}

	laneAccess(name: LaneAccess, lane: number, offset = 0): this {
		const entry = laneAccesses[name];
		const bytes = this.#bytes;
		bytes.pair(simd, entry[0]);
		bytes.pair(entry[1], offset);
		bytes.byte(lane);
		return this;
	}

	lane(name: LaneOpcode, lane: number): this {
		this.#bytes.pair(simd, lanes[name]);
		this.#bytes.byte(lane);
		return this;
	}

	/** Sixteen bytes picked from the two vectors on the stack, counted through both. */
	shuffle(picks: readonly number[]): this {
		this.#bytes.pair(simd, 0x0d);
		this.#bytes.append(picks);
		return this;
	}

	/** A shuffle of 32-bit lanes: 0 to 3 are the first vector's, 4 to 7 the second's. */
	shuffle32(...picks: readonly [number, number, number, number]): this {
		const bytes = this.#bytes;
		bytes.pair(simd, 0x0d);
		for (let i = 0; i < 16; i++) bytes.byte(4 * (picks[i >> 2] as number) + (i & 3)); // four picks
		return this;
	}

	i32(value: number): this {
		this.#bytes.byte(0x41);
		this.#bytes.signed(value | 0);
		return this;
	}

	i64(value: bigint): this {
		this.#bytes.byte(0x42);
		this.#bytes.wideSigned(BigInt.asIntN(64, value));
		return this;
	}

	f32(value: number): this {
		this.#bytes.byte(0x43);
		this.#bytes.append(new Uint8Array(Float32Array.of(value).buffer));
		return this;
	}

	f64(value: number): this {
		this.#bytes.byte(0x44);
		this.#bytes.append(new Uint8Array(Float64Array.of(value).buffer));
		return this;
	}

	/**
	 * A vector of the given sixteen bytes. V8 makes a constant anew wherever it is used, by three instructions of which
	 * one is slow, unless all its bits are alike: a global is loaded by one.
	 */
	v128(bytes: Uint8Array): this {
		const first = bytes[0];
		if ((first !== 0 && first !== 255) || bytes.some((byte) => byte !== first))
			this.#bytes.pair(0x23, this.#globalOf(bytes));
		else {
			this.#bytes.pair(simd, 0x0c);
			this.#bytes.append(bytes);
		}
		return this;
	}

	f32x4(...values: readonly [number] | readonly [number, number, number, number]): this {
		const [first] = values;
		return this.v128(
			new Uint8Array(
				new Float32Array(values.length === 1 ? [first, first, first, first] : values).buffer,
			),
		);
	}

	f64x2(value: number): this {
		return this.v128(new Uint8Array(Float64Array.of(value, value).buffer));
	}

	i32x4(...values: readonly [number] | readonly [number, number, number, number]): this {
		const [first] = values;
		return this.v128(
			new Uint8Array(
				new Int32Array(values.length === 1 ? [first, first, first, first] : values).buffer,
			),
		);
	}

	i64x2(value: bigint): this {
		return this.v128(new Uint8Array(BigInt64Array.of(value, value).buffer));
	}

	call(index: number): this {
		this.#bytes.pair(0x10, index);
		return this;
	}

	/** Copies bytes: destination, source and count are on the stack. */
	memoryCopy(): this {
		this.#bytes.append([0xfc, 0x0a, 0, 0]);
		return this;
	}

	/** Fills bytes: destination, byte value and count are on the stack. */
	memoryFill(): this {
		this.#bytes.append([0xfc, 0x0b, 0]);
		return this;
	}

	/** A block that `leave` leaves. */
	block(body: (leave: Label) => void): this {
		return this.#nested(0x02, body);
	}

	/** A loop that `again` repeats. */
	loop(body: (again: Label) => void): this {
		return this.#nested(0x03, body);
	}

	/** Runs `body` if the i32 on the stack is not 0, else `otherwise`. */
	if(body: () => void, otherwise?: () => void): this {
		return this.#nested(0x04, () => {
			body();
			if (otherwise === undefined) return;
			this.#bytes.byte(0x05);
			otherwise();
		});
	}

	/** Jumps to the label of an enclosing block or loop. */
	br(label: Label): this {
		this.#bytes.pair(0x0c, this.#depth - label);
		return this;
	}

	/** Jumps if the i32 on the stack is not 0. */
	brIf(label: Label): this {
		this.#bytes.pair(0x0d, this.#depth - label);
		return this;
	}

	/** Writes what `body` does, and keeps it to be written again: instructions that jump nowhere outside of themselves. */
	record(body: () => void): Instructions {
		const start = this.#bytes.length;
		body();
		return this.#bytes.view().slice(start) as Instructions; // a part of this function
	}

	/** Writes instructions of this function once more. */
	replay(instructions: Instructions): this {
		this.#bytes.append(instructions);
		return this;
	}

	/** The encoded function: its locals and instructions. */
	encode(): Uint8Array {
		const out = new Bytes();
		out.unsigned(this.#locals.length);
		for (const { count, type } of this.#locals) {
			out.unsigned(count);
			out.byte(valueTypes[type]);
		}
		out.append(this.#bytes.view());
		out.byte(0x0b);
		return out.view();
	}

	#nested(opcode: number, body: (label: Label) => void): this {
		this.#bytes.byte(opcode);
		this.#bytes.byte(empty);
		this.#depth++;
		body(this.#depth as Label); // the depth at which it began
		this.#depth--;
		this.#bytes.byte(0x0b);
		return this;
	}
}

/** Where a jump goes: the depth of nesting of its block. */
export type Label = number & { readonly label: unique symbol };
