import { type Node, randomKey } from '@pullback/core';
import { expect, test } from 'vitest';
import { dtypes, interpreted, rowsOf, tolerances, wasm } from './findings.ts';
import { data, expectClose } from './subjects.ts';

/** The laws of what makes first values. */
export function initializerLaws(): void {
	test.each(rowsOf('initializer'))(
		'%s: of one key the values are the same, compiled or not, in the shape and dtype asked for',
		(_, { initializer }, found) => {
			for (const dtype of dtypes)
				for (const shape of [
					[5, 3],
					[3, 2, 2, 2],
				]) {
					const start = (key: Node): Node => initializer(key, shape, dtype);
					const key = randomKey(1);
					const expected = start(key);
					expect([expected.shape, expected.dtype]).toEqual([shape, dtype]);
					expect(interpreted(start)(key).data()).toEqual(expected.data());
					expectClose(data([wasm(start)(key)]), data([expected]), tolerances[dtype]);
				}
			for (const column of ['interpreter', 'wasm', 'f32'] as const) found.set(column, 'yes');
		},
	);
}
