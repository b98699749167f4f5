import type { Node } from '@pullback/core';
import type { ModuleCall, RecordedCalls } from './calls.ts';
import type { Part } from './parts.ts';
import type { Wire, Wiring } from './wires.ts';

/** What stands at the way of a value. */
export interface ValueText {
	/** The name, or nothing. */
	readonly name: string;
	/** The value, a line each row. */
	readonly value: readonly string[];
	/** The gradient. */
	readonly gradient: readonly string[];
}

/** A graph that is ready to be drawn: its parts, the ways between them, and what is written at them. */
export interface Scene extends Wiring {
	readonly parts: readonly Part[];
	/** The Nodes whose values leave the picture, and what is written where they do. */
	readonly outputs: ReadonlyMap<Node, string>;
	/** What is written at the values that wires or outputs carry. */
	readonly texts: ReadonlyMap<Node, ValueText>;
	/** What is written below a wire alone, where a value has several. */
	readonly termTexts: ReadonlyMap<Wire, readonly string[]>;
	/** What leaves are called, by names given or their own; empty if by nothing. */
	readonly leafName: (leaf: Node) => string;
	readonly recorded: RecordedCalls | null;
	/** What the picture shows, in a sentence. */
	readonly title: string;
	readonly direction: 'right' | 'down';
	/** What the shapes of Nodes are marked by, for pages that respond when one is chosen. */
	readonly marks: ReadonlyMap<Node, string>;
}

/** The calls whose boxes are open in a picture, outer ones first. */
export function openCalls(parts: readonly Part[]): ModuleCall[] {
	const open = new Set<ModuleCall>();
	for (const { within } of parts) {
		const path: ModuleCall[] = [];
		for (let call = within; call !== null && !open.has(call); call = call.outer) path.push(call);
		for (const call of path.reverse()) open.add(call);
	}
	return [...open];
}
