import type { Affine, Expression } from '../ir/expression.ts';

/**
 * The loop that an expression changes with, for code outside of all others: 0 for none, 1 for the rows, then one for each
 * inner axis.
 */
export type Level = number;

/** The levels of expressions, given in an order in which each comes after those it is made of; rows have so many axes. */
export function levelsOf(order: readonly Expression[], rank: number): Map<Expression, Level> {
	const levels = new Map<Expression, Level>();
	for (const expression of order) levels.set(expression, levelOf(expression, levels, rank));
	return levels;
}

function levelOf(
	expression: Expression,
	levels: ReadonlyMap<Expression, Level>,
	rank: number,
): Level {
	const ofAffine = ({ strides }: Affine): Level => {
		const axis = strides.findLastIndex((stride) => stride !== 0);
		return axis < 0 ? 0 : axis < rank ? 1 : axis - rank + 2;
	};
	switch (expression.kind) {
		case 'number':
			return 0;
		case 'reduced':
			return 1;
		case 'position':
			return ofAffine(expression.at);
		case 'load':
			return Math.max(
				1,
				ofAffine(expression.at),
				expression.pick === null ? 0 : (levels.get(expression.pick.index) ?? 0),
			);
		case 'apply':
			return Math.max(0, ...expression.inputs.map((input) => levels.get(input) ?? 0));
	}
}
