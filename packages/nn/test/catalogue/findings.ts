import { compiler, defaultEngine, type Engine, interpreter, wasmEngine } from '@pullback/core';
import { expect, vi } from 'vitest';
import { activations } from './activations.rows.ts';
import { data } from './data.rows.ts';
import { initializers } from './initializers.rows.ts';
import { layers } from './layers.rows.ts';
import { losses } from './losses.rows.ts';
import { metrics } from './metrics.rows.ts';
import { modules } from './modules.rows.ts';
import { optimizers } from './optimizers.rows.ts';
import type { Row, Rows } from './row.ts';
import { schedules } from './schedules.rows.ts';
import { sequences } from './sequences.rows.ts';
import type { Column, Finding, Kind, Of } from './table.ts';
import { trainingRows } from './training.rows.ts';

const rooms: readonly Rows[] = [
	data,
	modules,
	layers,
	sequences,
	activations,
	losses,
	optimizers,
	schedules,
	initializers,
	metrics,
	trainingRows,
];

/** Where laws write what they found of a row. */
type Found = Map<Column, string>;

/** All rows, each with what was found of it. */
export const all: readonly (Finding & { readonly found: Found })[] = rooms.flatMap((room) =>
	Object.entries(room).flatMap(([name, rows]) =>
		[rows].flat().map((row: Row) => ({ name, row, found: new Map<Column, string>() })),
	),
);

/** The names of all exports that have rows. */
export const names: readonly string[] = rooms.flatMap((room) => Object.keys(room));

/** The rows of some kinds, each with where to write what was found. */
export function rowsOf<Each extends Kind>(
	...kinds: readonly Each[]
): (readonly [name: string, row: Of<Each>, found: Found])[] {
	const isWanted = (row: Row): row is Of<Each> =>
		typeof row !== 'string' && kinds.some((kind) => kind === row.kind);
	return all.flatMap(({ name, row, found }) =>
		isWanted(row) ? [[name, row, found] as const] : [],
	);
}

export const dtypes = ['f64', 'f32'] as const;
/** Sums in rows have some hundred terms of size 10 at most, in f64 and in f32. */
export const tolerances = { f64: 1e-12, f32: 1e-5 } as const;

const engine = wasmEngine({ threads: 1 });
if (engine === null) throw new Error('the catalogue needs WebAssembly');
export const engines = { interpreter, wasm: engine } as const;
export const interpreted = compiler(interpreter);
export const wasm = compiler(engine);

/** What a function does while all that it compiles by itself is compiled for an engine; it must compile something. */
export async function onEngine<Result>(
	{ compile }: Engine,
	run: () => Result | Promise<Result>,
): Promise<Result> {
	const compiling = vi.spyOn(defaultEngine, 'compile').mockImplementation(compile);
	try {
		const result = await run();
		expect(compiling).toHaveBeenCalled();
		return result;
	} finally {
		compiling.mockRestore();
	}
}
