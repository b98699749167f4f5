import type { Data } from '../graph/dtype.ts';
import { Late } from '../graph/late.ts';
import type { Node } from '../graph/node.ts';
import { formatShape } from '../graph/shape.ts';
import { type ParamsOf, primitives } from '../ops/primitives.ts';
import type { Engine } from './engine.ts';

/** What to do about a value that is not there. */
const advice = 'await ready(x) first';

/** What a leaf holds instead of elements that come later; null of any other Node. */
export function lateOf({ primitive, params }: Node): Late | null {
	if (primitive === primitives.constant) {
		const { data } = params as ParamsOf<'constant'>; // of a constant
		return data instanceof Late ? data : null;
	}
	if (primitive === primitives.variable) return (params as ParamsOf<'variable'>).late ?? null; // of a variable
	return null;
}

/** A value that may still come; throws what it failed by otherwise. */
export function unfailed(late: Late): Late {
	if (late.failure !== null) throw late.failure.error;
	return late;
}

/** The elements of a leaf that come later. Throws what they failed by, and TypeError if they are not there yet. */
export function arrived(operation: string, leaf: Node, late: Late): Data {
	return unfailed(late).data ?? refuse(operation, `${nameOf(leaf)} is not there yet; ${advice}`);
}

/** The value of a Node for a Variable to hold: its elements, or what stands for them until they come. */
export function held(node: Node): Data | Late {
	const late = lateOf(node);
	return late === null ? node.view() : unfailed(late);
}

/** The value of a Node for a run of an engine. The engine that made a late value takes it as it is, and no other does. */
export function inputOf(node: Node, engine: Engine<Data | Late>): Data | Late {
	const late = engine.takes === undefined && node.value !== null ? null : lateOf(node);
	if (late === null) return node.view();
	if (engine.takes?.(unfailed(late)) === true) return late;
	return (
		unfailed(late).data ??
		refuse(
			'compile',
			`${nameOf(node)} is not there yet, and no value of the engine ${engine.name}; ${advice}`,
		)
	);
}

/**
 * Gives a leaf to which a function refers the elements that it was to get later, so that it is compiled like any other.
 * Throws what they failed by, and TypeError if they are not there yet.
 */
export function settle(leaf: Node): void {
	const late = lateOf(leaf);
	if (late === null) return;
	leaf.value =
		unfailed(late).data ??
		refuse(
			'compile',
			`${nameOf(leaf)}, to which the function refers, is not there yet; ${advice}, or pass it as an argument`,
		);
}

/**
 * Why a Node cannot be computed yet, or never, in words; null if it can, as far as late values go. Leaves no trace in the
 * Nodes, so that one may look at them at any time.
 */
export function latenessOf(node: Node): string | null {
	const met = new Set([node]);
	for (const each of met) {
		if (each.value !== null) continue;
		const lateness = wordsOf(lateOf(each));
		if (lateness !== null) return lateness;
		for (const input of each.inputs) met.add(input);
	}
	return null;
}

/** What is shown for elements that are not there yet. */
export const notThere = `not there yet: ${advice}`;

/** Why elements are not there, in words; null if they are. */
function wordsOf(late: Late | null): string | null {
	if (late === null || late.data !== null) return null;
	return late.failure === null ? notThere : `no value: ${messageOf(late.failure.error)}`;
}

function refuse(operation: string, words: string): never {
	throw new TypeError(`${operation}: ${words}`);
}

function nameOf({ dtype, shape, primitive, params }: Node): string {
	const what =
		primitive === primitives.variable
			? `the value of variable ${(params as ParamsOf<'variable'>).name}` // of a variable
			: 'the result of a compiled function';
	return `${what}, ${dtype}${formatShape(shape)},`;
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
