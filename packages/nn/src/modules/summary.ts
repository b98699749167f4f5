import { compiler, type Engine, formatShape, Node, Variable } from '@pullback/core';
import { inspection, isPlain } from '@pullback/core/arguments';
import { Buffer } from './buffer.ts';
import { observingCalls } from './calls.ts';
import type { Part } from './parts.ts';

/** A module in a net, as a call of the net met it. */
export interface SummaryRow {
	/** The dotted path; empty for the net itself. */
	readonly path: string;
	/** The name of its class. */
	readonly type: string;
	/** What its first call returned, such as `f32[32, 10]`; null if it was not called. */
	readonly output: string | null;
	/** How often it was called. */
	readonly calls: number;
	/** How many numbers there are in parameters of its own, those of modules in it not counted. */
	readonly parameters: number;
	/** How many numbers there are in its own buffers. */
	readonly buffers: number;
}

/** The modules of a net, what each returned in a call, and the numbers in its parameters: a table as text. */
export class Summary {
	readonly rows: readonly SummaryRow[];
	/** How many numbers there are in all parameters. */
	readonly parameters: number;
	/** How many numbers there are in all buffers. */
	readonly buffers: number;

	constructor(rows: readonly SummaryRow[]) {
		this.rows = rows;
		this.parameters = rows.reduce((total, row) => total + row.parameters, 0);
		this.buffers = rows.reduce((total, row) => total + row.buffers, 0);
	}

	/** The table, and the totals. */
	toString(): string {
		const cells = this.rows.map(({ path, type, output, calls, parameters }) => [
			path,
			type,
			output === null ? 'not called' : calls > 1 ? `${output}, ${calls} calls` : output,
			parameters === 0 ? '' : shown(parameters),
		]);
		const table = [['path', 'class', 'output', 'parameters'], ...cells];
		const widths = [0, 1, 2, 3].map((column) =>
			table.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), 0),
		);
		const lines = table.map((row) =>
			row
				.map((cell, column) =>
					column === 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
				)
				.join('  ')
				.trimEnd(),
		);
		const rule = '-'.repeat(lines[0]?.length ?? 0);
		const buffers = this.buffers === 0 ? '' : `, ${shown(this.buffers)} numbers in buffers`;
		return [
			lines[0],
			rule,
			...lines.slice(1),
			rule,
			`${shown(this.parameters)} parameters${buffers}`,
		].join('\n');
	}

	static {
		Object.defineProperty(Summary.prototype, inspection, {
			value(this: Summary): string {
				return this.toString();
			},
		});
	}
}

/** Computes nothing, and changes nothing: what remains of a call is what was recorded. */
const nothing: Engine = { name: 'nothing', compile: () => ({ run: () => [], free: () => {} }) };

/** The summary of a net by a call of it, which is recorded and not computed. */
export function summaryOf(net: object, parts: Iterable<Part>, call: () => void): Summary {
	const calls = new Map<object, { output: string; count: number }>();
	const traced = compiler(nothing)((): undefined => {
		const returned = (module: object, output: unknown): void => {
			const known = calls.get(module);
			if (known === undefined) calls.set(module, { output: typeOf(output), count: 1 });
			else known.count++;
		};
		observingCalls({ returned }, call);
	});
	traced();
	const rows = [newRow(net, '')];
	// The rows of the modules that hold the part at hand, outermost first.
	const open = [...rows];
	for (const { value, path, depth, known } of parts) {
		if (known !== null || typeof value === 'function') continue;
		open.length = depth;
		if (value instanceof Variable) {
			const holder = open.at(-1);
			const size = value.shape.reduce((product, length) => product * length, 1);
			if (holder !== undefined) holder[value instanceof Buffer ? 'buffers' : 'parameters'] += size;
		} else {
			const row = newRow(value, path);
			rows.push(row);
			open.push(row);
		}
	}
	return new Summary(rows);

	function newRow(module: object, path: string): Writable {
		const called = calls.get(module);
		const type = module.constructor.name || 'a class without a name';
		const { output = null, count = 0 } = called ?? {};
		return { path, type, output, calls: count, parameters: 0, buffers: 0 };
	}
}

type Writable = { -readonly [Name in keyof SummaryRow]: SummaryRow[Name] };

/** The dtypes and shapes in what a module returned. */
function typeOf(output: unknown, depth = 0): string {
	if (output instanceof Node) return `${output.dtype}${formatShape(output.shape)}`;
	if (Array.isArray(output) && depth < 3)
		return `[${output.map((each) => typeOf(each, depth + 1)).join(', ')}]`;
	if (isPlain(output) && depth < 3) {
		const parts = Object.entries(output).map(
			([name, each]) => `${name}: ${typeOf(each, depth + 1)}`,
		);
		return `{ ${parts.join(', ')} }`;
	}
	if (typeof output !== 'object' || output === null) return typeof output;
	return output.constructor?.name || 'object';
}

function shown(count: number): string {
	return count.toLocaleString('en-US');
}
