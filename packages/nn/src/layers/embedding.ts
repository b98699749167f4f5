import {
	arange,
	type DType,
	DTypeError,
	expandDims,
	gather,
	type Node,
	type Operand,
	type Variable,
	variable,
	where,
} from '@pullback/core';
import { checkedCount, checkedOptions, toNode } from '@pullback/core/arguments';
import type { Initializer } from '../initializers/initializer.ts';
import { normalInitializer } from '../initializers/initializers.ts';
import type { Turns } from '../modules/lengths.ts';
import { Module } from '../modules/module.ts';
import { checkedFloating, checkedLength, initialValue } from './layerArguments.ts';

/** What an Embedding is made of. */
export interface EmbeddingOptions<Width extends number = number> {
	/** How many rows there are: indices are below. */
	readonly count: number;
	/** The length of a row. */
	readonly width: Width;
	/** The key of the initial rows. */
	readonly key: Operand;
	/** The index that stands for nothing: its row starts at 0 and is not trained; none if left out. */
	readonly padding?: number;
	/** How the rows start; normal with standard deviation 1 if left out. */
	readonly weight?: Initializer;
	/** f32 if left out. */
	readonly dtype?: DType;
}

/** A trained row for each index: indices [...], i32 or u8, give [..., width]. One out of range is a RangeError when computed. */
export class Embedding<Width extends number = number> extends Module {
	/** @internal */
	declare readonly '~lengths'?: Turns<'last', number, Width>;
	/** [count, width]. */
	readonly weight: Variable;
	readonly padding: number | null;

	constructor(options: EmbeddingOptions<Width>) {
		super();
		const given = {
			...checkedOptions('Embedding', options, [
				'count',
				'width',
				'key',
				'padding',
				'weight',
				'dtype',
			]),
		} as EmbeddingOptions; // what is left out is refused below
		const { count, width, key, padding, weight = normalInitializer(1), dtype = 'f32' } = given;
		const shape = [
			checkedLength('Embedding', 'count', count),
			checkedLength('Embedding', 'width', width),
		];
		if (padding !== undefined && checkedCount('Embedding', 'padding', padding) >= count)
			throw new RangeError(
				`Embedding: padding is ${padding}; it must be an index below the count, ${count}`,
			);
		this.padding = padding ?? null;
		checkedFloating('Embedding', dtype);
		const initial = initialValue('Embedding', weight, key, shape, dtype);
		this.weight = variable(initial, { name: 'weight' });
		if (padding !== undefined) this.weight.assign(withoutRow(initial, padding));
	}

	override forward(indices: Operand): Node {
		const picks = toNode('Embedding', indices);
		if (picks.dtype !== 'i32' && picks.dtype !== 'u8')
			throw new DTypeError(
				`Embedding: indices are ${picks.dtype}, must be i32 or u8; cast them first`,
			);
		const rows = gather(this.weight, picks, { fromEnd: false });
		if (this.padding === null) return rows;
		const isPadding = expandDims(picks.equal(this.padding), -1);
		return where(isPadding, rows.stopGradient(), rows);
	}
}

/** A matrix with 0 in one row. */
function withoutRow(matrix: Node, row: number): Node {
	const [count = 0] = matrix.shape;
	const isRow = arange(count).equal(row);
	return where(expandDims(isRow, -1), 0, matrix);
}
