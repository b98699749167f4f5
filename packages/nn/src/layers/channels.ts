import {
	type DType,
	type Node,
	type Operand,
	ones,
	reshape,
	type Variable,
	variable,
	zeros,
} from '@pullback/core';
import { checkedBoolean } from '@pullback/core/arguments';
import { checkedFloating } from './layerArguments.ts';

// What layers have for each channel.

/** A weight of ones and a bias of zeros, [channels] each; none if not `affine`. */
export function channelParameters(
	operation: string,
	affine: boolean,
	channels: number,
	dtype: DType,
): { readonly weight: Variable | null; readonly bias: Variable | null } {
	checkedBoolean(operation, 'affine', affine);
	checkedFloating(operation, dtype);
	if (!affine) return { weight: null, bias: null };
	return {
		weight: variable(ones([channels], { dtype }), { name: 'weight' }),
		bias: variable(zeros([channels], { dtype }), { name: 'bias' }),
	};
}

/** One number for each channel, [channels], as it stands along an axis of a tensor of so many. */
export function alongChannels(x: Operand, rank: number, axis = 1): Node {
	return reshape(x, [-1, ...new Array<number>(rank - axis - 1).fill(1)]);
}

/** x times a weight plus a bias of each channel, as far as there are any. */
export function scaledChannels(
	x: Node,
	weight: Variable | null,
	bias: Variable | null,
	axis = 1,
): Node {
	const rank = x.shape.length;
	const product = weight === null ? x : x.mul(alongChannels(weight, rank, axis));
	return bias === null ? product : product.add(alongChannels(bias, rank, axis));
}
