import { elementBytes } from '../../../graph/dtype.ts';
import { type Strips, stepsTogether, stripsOf } from '../../../lowering/execution/strips.ts';
import type { Pack } from '../../../lowering/ir/kernel.ts';
import { packedSize } from '../../../lowering/ir/kernel.ts';
import type { Target } from '../../../lowering/target.ts';
import type { Code, Local } from '../../assembler/code.ts';
import type { AddressOf } from '../addresses.ts';
import { lesser } from '../scalar.ts';
import { emitStrip, type Pass, type Stretch } from './strip.ts';

/** Emits how items are rearranged. */
export class PackEmitter {
	readonly #code: Code;
	readonly #addressOf: AddressOf;
	readonly #pack: Pack;
	readonly #strips: Strips;
	/** In bytes. */
	readonly #strides: readonly number[];
	readonly #pass: Pass;

	constructor(code: Code, addressOf: AddressOf, target: Target, pack: Pack) {
		const { source, at } = pack;
		this.#code = code;
		this.#addressOf = addressOf;
		this.#pack = pack;
		this.#strips = stripsOf(pack, target);
		this.#strides = at.strides.map((stride) => stride * elementBytes[source.dtype]);
		const [innerStride = 0, columnStride = 0] = this.#strides.slice(-2);
		this.#pass = {
			from: code.local('i32'),
			to: code.local('i32'),
			innerStride,
			columnStride,
		};
	}

	/** The items from `begin` before `end`. */
	emit(begin: Local, end: Local): void {
		const code = this.#code;
		const { acrossInner, count } = this.#strips;
		const ofMatrix = acrossInner ? this.#pack.inner / stepsTogether(this.#pack) : count;
		const item = code.local('i32');
		code.get(begin).set(item);
		code.block((leave) => {
			code.loop((again) => {
				code.get(item).get(end).op('i32.ge_u').brIf(leave);
				const matrix = code.get(item).i32(ofMatrix).op('i32.div_u').keep('i32');
				const first = code.get(item).i32(ofMatrix).op('i32.rem_u').keep('i32');
				if (acrossInner) {
					// To the end of the items or of the matrix, whichever comes first.
					const left = code.get(end).get(item).op('i32.sub').keep('i32');
					const own = code.i32(ofMatrix).get(first).op('i32.sub').keep('i32');
					const items = lesser(code, left, own);
					this.#stretch(matrix, first, items);
					code.get(item).get(items).op('i32.add').set(item);
				} else {
					this.#goTo(matrix, first);
					this.#strip(first, null);
					code.get(item).i32(1).op('i32.add').set(item);
				}
				code.br(again);
			});
		});
	}

	/** Some items of a matrix along its inner axis, in all strips. */
	#stretch(matrix: Local, first: Local, items: Local): void {
		const code = this.#code;
		const inSteps = (items: Local): Local =>
			code.get(items).i32(stepsTogether(this.#pack)).op('i32.mul').keep('i32');
		const stretch = { begin: inSteps(first), count: inSteps(items) };
		const strip = code.local('i32');
		code.i32(0).set(strip);
		code.loop((another) => {
			this.#goTo(matrix, strip);
			this.#strip(strip, stretch);
			code.get(strip).i32(1).op('i32.add').tee(strip);
			code.i32(this.#strips.count).op('i32.lt_u').brIf(another);
		});
	}

	/** Goes to the first step of a strip of a matrix of the batch. */
	#goTo(matrix: Local, strip: Local): void {
		const code = this.#code;
		const { source, at, batch, inner, columns, output, layout } = this.#pack;
		const { from, to, columnStride } = this.#pass;
		const bytes = elementBytes[source.dtype];
		code.get(strip).i32(this.#strips.columns * columnStride);
		code
			.op('i32.mul')
			.i32(this.#addressOf(source) + at.offset * bytes)
			.op('i32.add')
			.set(from);
		let rest = matrix;
		for (let axis = batch.length - 1; axis >= 0; axis--) {
			const length = batch[axis] ?? 1;
			code
				.get(from)
				.get(rest)
				.i32(length)
				.op('i32.rem_u')
				.i32(this.#strides[axis] ?? 0)
				.op('i32.mul')
				.op('i32.add')
				.set(from);
			if (axis > 0) rest = code.get(rest).i32(length).op('i32.div_u').keep('i32');
		}
		code.get(strip).i32(inner * this.#strips.columns * bytes);
		code.op('i32.mul').get(matrix);
		code
			.i32(packedSize(layout, inner, columns) * bytes)
			.op('i32.mul')
			.op('i32.add')
			.i32(this.#addressOf(output))
			.op('i32.add')
			.set(to);
	}

	/** The strip of that number, which may be the last and have fewer columns. */
	#strip(strip: Local, stretch: Stretch): void {
		const code = this.#code;
		const { columns, count } = this.#strips;
		const last = this.#pack.columns - (count - 1) * columns;
		const ofColumns = (count: number): void =>
			emitStrip(code, this.#pack, count, this.#pass, stretch);
		if (last === columns) ofColumns(last);
		else
			code
				.get(strip)
				.i32(count - 1)
				.op('i32.eq')
				.if(
					() => ofColumns(last),
					() => ofColumns(columns),
				);
	}
}
