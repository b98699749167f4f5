import { expect, test } from 'vitest';
import { compiler, matmul, type Node } from '../src/index.ts';
import { tallTarget, wasmTarget } from '../src/wasm/target.ts';
import { filled } from './compiled.ts';
import { filledEngine } from './filledMemory.ts';
import { guarded } from './guarded.ts';

/** How a left operand lies in memory before it is one of so many rows: [shape, and what makes it that]. */
const layouts = {
	'row by row': (rows: number, inner: number) => [[rows, inner], (x: Node) => x] as const,
	'column by column': (rows: number, inner: number) =>
		[[inner, rows], (x: Node) => x.transpose()] as const,
	'in columns so far apart that it is packed': (rows: number, inner: number) =>
		[[inner, 256], (x: Node) => x.slice(null, [0, rows]).transpose()] as const,
};

test.each(
	(['f32', 'f64', 'i32'] as const).flatMap((dtype) =>
		(Object.keys(layouts) as (keyof typeof layouts)[]).map((layout) => [dtype, layout] as const),
	),
)('tiles of any height give products of %s the same bits, the left operand %s', (dtype, layout) => {
	const low = compiler(filledEngine({ target: wasmTarget }));
	const tall = compiler(guarded(filledEngine({ target: tallTarget }), tallTarget));
	// Rows that are whole tiles of either height or not, in one chunk or several; columns that leave each rest of a panel.
	for (const rows of [6, 7, 50, 103])
		for (const columns of [1, 2, 3, 6, 35, 44]) {
			const inner = 20;
			const [shape, make] = layouts[layout](rows, inner);
			const f = (x: Node, y: Node): Node => matmul(make(x), y);
			const operands = [
				filled([...shape], dtype, rows),
				filled([inner, columns], dtype, columns),
			] as const;
			const differing = `${rows} rows by ${columns} columns`;
			expect(tall(f)(...operands).data(), differing).toEqual(low(f)(...operands).data());
		}
});
