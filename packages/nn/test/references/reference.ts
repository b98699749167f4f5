import { readFileSync } from 'node:fs';
import { type Node, tensor } from '@pullback/core';
import { expect } from 'vitest';

/** A tensor as the scripts beside this file write it. */
export interface Plain {
	readonly shape: readonly number[];
	readonly data: readonly number[];
}

/** What a script wrote, by the name of the case. */
export function readReference<Case>(name: string): Readonly<Record<string, Case>> {
	// What the script says that it writes.
	return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
}

/** A written tensor. */
export function tensorOf({ shape, data }: Plain, dtype: 'f32' | 'f64' = 'f64'): Node {
	return tensor(Float64Array.from(data), { shape }).cast(dtype);
}

/** A tensor is a written one, apart from a share of its largest element, or of 1. */
export function expectReference(
	actual: Pick<Node, 'shape' | 'data'>,
	expected: Plain,
	tolerance: number,
	name: string,
): void {
	expect(actual.shape, name).toEqual(expected.shape);
	const elements = actual.data();
	const scale = expected.data.reduce((size, x) => Math.max(size, Math.abs(x)), 1);
	for (const [i, x] of expected.data.entries())
		expect(Math.abs((elements[i] ?? Number.NaN) - x), `${name}[${i}]`).toBeLessThanOrEqual(
			tolerance * scale,
		);
}
