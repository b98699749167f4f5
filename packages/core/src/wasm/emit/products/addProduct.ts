import type { DType } from '../../../graph/dtype.ts';
import type { Code, Local } from '../../assembler/code.ts';

/** Adds the products of the lanes of two vectors to a sum; `fused` rounds once, if the numbers are floating-point. */
export function addProduct(
	code: Code,
	dtype: DType,
	fused: boolean,
	sum: Local,
	x: Local,
	y: Local,
): void {
	const lanes = dtype === 'f32' ? 'f32x4' : dtype === 'f64' ? 'f64x2' : 'i32x4';
	if (fused && lanes !== 'i32x4') code.get(x).get(y).get(sum).op(`${lanes}.relaxed_madd`);
	else code.get(sum).get(x).get(y).op(`${lanes}.mul`).op(`${lanes}.add`);
	code.set(sum);
}
