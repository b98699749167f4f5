import { matmul, type Node, type Operand, variable } from '@pullback/core';
import { Module } from '@pullback/nn';
import { swish } from './swish.ts';

export class SwishLayer extends Module {
	readonly weight = variable([
		[0.5, -1],
		[1, 0.5],
	]);
	readonly bias = variable([0, 0]);

	override forward(x: Operand): Node {
		return swish(matmul(x, this.weight).add(this.bias));
	}
}
