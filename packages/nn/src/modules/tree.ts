import { formatShape, Variable } from '@pullback/core';
import { shortened } from '@pullback/core/arguments';
import { Buffer } from './buffer.ts';
import type { Part } from './parts.ts';

/** The largest number of lines that are shown; others are counted. */
const maxLines = 500;

/** A Module whose parts are being listed, with the numbers in those listed so far, and its place among the lines. */
interface Open {
	readonly line: number;
	parameters: number;
	buffers: number;
}

/** A net as text: its modules, parameters, buffers and functions, a line each, with shapes and how many numbers there are. */
export function treeOf(root: object, parts: Iterable<Part>): string {
	const lines = [headOf(root)];
	let rest = 0;
	// The modules that hold the part at hand, outermost first.
	const open: Open[] = [{ line: 0, parameters: 0, buffers: 0 }];
	for (const { value, name, depth, known, holdsItself } of parts) {
		while (open.length > depth) close(open, lines);
		const isVariable = value instanceof Variable;
		const again = holdsItself ? 'which holds it' : known === null ? null : `at ${known}`;
		if (again === null && isVariable) count(open, value);
		const isModule = !isVariable && typeof value !== 'function';
		const line = lines.length < maxLines ? lines.length : -1;
		if (isModule && again === null) open.push({ line, parameters: 0, buffers: 0 });
		if (line < 0) rest++;
		else {
			const what = again === null ? shownAs(value) : `${nameOf(value)}, ${again}`;
			lines.push(`${'  '.repeat(depth)}${name}: ${what}`);
		}
	}
	while (open.length > 0) close(open, lines);
	return rest === 0
		? lines.join('\n')
		: `${lines.join('\n')}\n  ... and ${counted(rest, 'more line')}`;
}

function count(open: readonly Open[], variable: Variable): void {
	const holder = open.at(-1);
	if (holder === undefined) return;
	const size = variable.shape.reduce((product, length) => product * length, 1);
	if (variable instanceof Buffer) holder.buffers += size;
	else holder.parameters += size;
}

/** Ends the innermost module: its line tells what it holds, and so does what holds it. */
function close(open: Open[], lines: string[]): void {
	const ended = open.pop();
	if (ended === undefined) return;
	const { line, parameters, buffers } = ended;
	const outer = open.at(-1);
	if (outer !== undefined) {
		outer.parameters += parameters;
		outer.buffers += buffers;
	}
	if (line < 0) return;
	if (parameters > 0 || line === 0) lines[line] += `, ${counted(parameters, 'parameter')}`;
	if (buffers > 0) lines[line] += `, ${counted(buffers, 'number')} in buffers`;
}

function shownAs(value: object): string {
	if (value instanceof Variable) {
		const type = `${value.dtype}${formatShape(value.shape)}`;
		return value instanceof Buffer ? `${type}, a buffer` : type;
	}
	return typeof value === 'function' ? nameOf(value) : headOf(value);
}

/** The longest list of numbers that is shown: more than there are axes of an image. */
const maxShownNumbers = 8;

/** The class of a module, and those of its fields that are numbers, a few of them, truth values or short texts. */
function headOf(module: object): string {
	const settings = Object.entries(module).flatMap(([name, value]) => {
		if (typeof value === 'string') return [`${name}: ${JSON.stringify(shortened(value))}`];
		if (isFewNumbers(value)) return [`${name}: ${formatShape(value)}`];
		return typeof value === 'number' || typeof value === 'boolean' ? [`${name}: ${value}`] : [];
	});
	return settings.length === 0 ? nameOf(module) : `${nameOf(module)}(${settings.join(', ')})`;
}

function isFewNumbers(value: unknown): value is readonly number[] {
	if (!Array.isArray(value) || value.length === 0 || value.length > maxShownNumbers) return false;
	return value.every((each) => typeof each === 'number');
}

/** A function by its name, or its code if it has none; anything else by its class. */
function nameOf(value: object): string {
	if (typeof value !== 'function') return value.constructor.name || 'a class without a name';
	return value.name || shortened(String(value).replace(/\s+/g, ' '));
}

function counted(number: number, unit: string): string {
	return `${number.toLocaleString('en-US')} ${unit}${number === 1 ? '' : 's'}`;
}
