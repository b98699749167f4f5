import type { DType } from '../../../graph/dtype.ts';
import type { Code, Local } from '../../assembler/code.ts';
import { widened } from '../elements.ts';
import { demoted, halves, pushNumber, type Value, width } from '../value.ts';
import type { Accumulator } from './accumulator.ts';
import { type Fold, firstLanes, fold, foldOpcode, neutral } from './lanes.ts';

/** Folds of elements of `dtype`, kept in another until they are rounded. */
export function folding(
	code: Code,
	operation: Fold,
	dtype: DType,
	kept: DType,
	empty: boolean,
	sides: number,
): Accumulator {
	const wide = kept === 'f64' && dtype === 'f32';
	const opcode = foldOpcode(operation, kept);
	const start = neutral(operation, dtype, empty);
	const totals = Array.from({ length: sides }, () =>
		(kept === 'f64' ? [0, 1] : [0]).map(() => {
			const part = code.local('v128');
			pushNumber(code, kept, start);
			code.set(part);
			return part;
		}),
	);
	/** The fold of all sides. */
	const together = (): readonly Local[] => {
		const [parts = [], ...others] = totals;
		for (const other of others)
			for (const [i, part] of parts.entries())
				code
					.get(part)
					.get(other[i] as Local) // as many
					.op(opcode)
					.set(part);
		return parts;
	};
	const result = (of: readonly Local[]): Value => {
		const [x] = of;
		if (x === undefined) throw new Error('internal: a value without parts');
		if (wide) return { dtype, parts: [demoted(code, halves({ dtype: kept, parts: of }))] };
		if (dtype === 'u8')
			return { dtype, parts: [code.get(x).i32x4(255).op('v128.and').keep('v128')] };
		return { dtype, parts: of };
	};
	return {
		add(value, count, _, side) {
			const taken = count < width ? firstLanes(code, value, count, start) : value;
			for (const [i, part] of (wide ? widened(code, taken) : taken).parts.entries()) {
				const sum = totals[side]?.[i] as Local; // as many as the value has
				code.get(sum).get(part).op(opcode).set(sum);
			}
		},
		combined() {
			const [first, second] = together();
			if (first === undefined) throw new Error('internal: an accumulator without parts');
			let all = first;
			if (second !== undefined) all = code.get(first).get(second).op(opcode).keep('v128');
			else all = fold(code, all, opcode, [2, 3, 0, 1]);
			all = fold(code, all, opcode, second === undefined ? [1, 0, 3, 2] : [2, 3, 0, 1]);
			return result(second === undefined ? [all] : [all, all]);
		},
		apart: () => result(together()),
	};
}
