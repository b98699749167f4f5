import { DTypeError, formatShape, type Node, ShapeError } from '@pullback/core';
import {
	checkedBoolean,
	checkedCount,
	checkedList,
	checkedNode,
	checkedOptions,
	checkedString,
	describe,
	nearestName,
} from '@pullback/core/arguments';
import { checkedTheme, type Theme } from '../theme.ts';
import type { ModuleCall, RecordedCalls } from './calls.ts';
import type { Names } from './names.ts';

/** How to draw a graph. */
export interface GraphOptions {
	/** What Nodes are called. Variables and inputs have names of their own, and need none. */
	readonly names?: Names;
	/**
	 * The scalar whose gradients stand below the edges; null for none. If left out, the only output if it is a floating
	 * scalar, else none. Symbols of traced functions have neither values nor gradients.
	 */
	readonly gradientOf?: Node | null;
	/** Whether values are computed and written; true if left out. Else dtypes and shapes alone, and no gradients. */
	readonly values?: boolean;
	/**
	 * The modules whose boxes are open, by their paths, with those around them; or whether all are. If left out, the net
	 * itself alone. Of a graph that `recordCalls` kept the modules of.
	 */
	readonly open?: boolean | readonly string[];
	/** Where the graph leads; 'right' if left out, as in the book. */
	readonly direction?: 'right' | 'down';
	/** The most Nodes and boxes that are drawn before some are folded; 80 if left out, which is what one can take in. */
	readonly maxNodes?: number;
	/** 'auto' if left out: as the reader’s browser is set, and light on paper. DOT has no such setting, and is light then. */
	readonly theme?: Theme;
	/** What the picture shows, for those who do not see it; a sentence about its size if left out. */
	readonly title?: string;
	/**
	 * What the shapes of Nodes are marked by, in the attribute `data-nodes` of their groups, for pages that respond when one
	 * is chosen: a word each, without spaces. What stands for several Nodes has the marks of all. None if left out.
	 */
	readonly marks?: ReadonlyMap<Node, string>;
}

/** Options of which none is missing, but those that depend on the graph. */
export interface GivenOptions {
	readonly names: Names | undefined;
	readonly gradientOf: Node | null | undefined;
	readonly values: boolean;
	readonly open: boolean | readonly string[];
	readonly direction: 'right' | 'down';
	readonly maxNodes: number;
	readonly theme: Theme;
	readonly title: string | undefined;
	readonly marks: ReadonlyMap<Node, string>;
}

const defaultMaxNodes = 80;
/** The fewest Nodes and boxes that a graph can be folded to: what is before the fold, the fold, and what is behind. */
const minMaxNodes = 3;

const known = [
	'names',
	'gradientOf',
	'values',
	'open',
	'direction',
	'maxNodes',
	'theme',
	'title',
	'marks',
] as const;

/** The options that a user gave. */
export function checkedGraphOptions(
	operation: string,
	options: GraphOptions | undefined,
): GivenOptions {
	const {
		names,
		gradientOf,
		values = true,
		open = false,
		direction = 'right',
		maxNodes = defaultMaxNodes,
		theme,
		title,
		marks,
	} = checkedOptions(operation, options, known);
	if (gradientOf !== undefined && gradientOf !== null)
		checkedScalar(operation, 'gradientOf', gradientOf);
	checkedBoolean(operation, 'values', values);
	if (!values && gradientOf)
		throw new RangeError(
			`${operation}: gradientOf is a Node where values is false; gradients are values, so leave one of them out`,
		);
	if (typeof open !== 'boolean') checkedPaths(operation, open);
	checkedDirection(operation, direction);
	if (checkedCount(operation, 'maxNodes', maxNodes) < minMaxNodes)
		throw new RangeError(
			`${operation}: maxNodes is ${maxNodes}; it must be at least ${minMaxNodes}`,
		);
	if (title !== undefined) checkedString(operation, 'title', title);
	return {
		names,
		gradientOf,
		values,
		open,
		direction,
		maxNodes,
		theme: checkedTheme(operation, theme),
		title,
		marks: checkedMarks(operation, marks),
	};
}

function checkedMarks(
	operation: string,
	marks: ReadonlyMap<Node, string> | undefined,
): ReadonlyMap<Node, string> {
	if (marks === undefined) return new Map();
	if (!(marks instanceof Map))
		throw new TypeError(
			`${operation}: marks are ${describe(marks)}; they must be a Map from Nodes to words`,
		);
	for (const [node, mark] of marks) {
		checkedNode(operation, 'a key of marks', node);
		if (!/^[\w-]+$/.test(checkedString(operation, 'a mark', mark)))
			throw new RangeError(
				`${operation}: a mark is ${describe(mark)}; it must be a word of letters, digits, _ and -`,
			);
	}
	return new Map(marks);
}

/** A direction that a user named. */
export function checkedDirection(operation: string, direction: unknown): void {
	if (direction !== 'right' && direction !== 'down')
		throw new RangeError(
			`${operation}: direction is ${describe(direction)}; it must be 'right' or 'down'`,
		);
}

/** A Node that has gradients. */
export function checkedScalar(operation: string, name: string, node: Node): void {
	const { dtype, shape } = checkedNode(operation, name, node);
	if (shape.length > 0)
		throw new ShapeError(
			`${operation}: ${name} has shape ${formatShape(shape)}; it must be a scalar, so sum it`,
		);
	if (dtype !== 'f32' && dtype !== 'f64')
		throw new DTypeError(
			`${operation}: ${name} is ${dtype}; gradients need f32 or f64: cast it first`,
		);
}

function checkedPaths(operation: string, open: readonly string[]): void {
	for (const [i, path] of checkedList(operation, 'open', open).entries())
		checkedString(operation, `open[${i}]`, path);
}

/** Whether a call is open. Throws RangeError for a path of no module that was called. */
export function openness(
	operation: string,
	open: boolean | readonly string[],
	recorded: RecordedCalls | null,
): (call: ModuleCall) => boolean {
	if (open === true) return () => true;
	const opened = new Set<ModuleCall>();
	const paths = new Set(recorded?.calls.map(({ path }) => path));
	for (const path of open === false ? [] : open) {
		if (!paths.has(path)) refusePath(operation, path, [...paths], recorded);
		for (const call of recorded?.calls ?? [])
			if (call.path === path)
				for (let at: ModuleCall | null = call; at !== null; at = at.outer) opened.add(at);
	}
	return (call) => call.path === '' || opened.has(call);
}

function refusePath(
	operation: string,
	path: string,
	paths: readonly string[],
	recorded: RecordedCalls | null,
): never {
	const found = `${operation}: open holds ${describe(path)}`;
	if (recorded === null)
		throw new RangeError(
			`${found}, and the graph has no modules; draw what recordCalls(net, f) returns`,
		);
	const meant = nearestName(path, paths);
	const hint = meant === undefined ? '' : `did you mean ${meant}? `;
	throw new RangeError(
		`${found}; ${hint}The modules that were called are ${paths.filter((each) => each !== '').join(', ')}`,
	);
}
