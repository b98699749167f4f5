import { type Node, topologicalOrder } from '@pullback/core';
import { RecordedCalls } from './calls.ts';
import { folded } from './fold.ts';
import { isFloating } from './gradients.ts';
import { isLiteral, isMovement, movedTogether } from './movement.ts';
import { givenNames, ownName } from './names.ts';
import { counted, isWritten, shownCount, typeText } from './numbers.ts';
import { type GivenOptions, openness } from './options.ts';
import { type Part, partsOf } from './parts.ts';
import type { Scene, ValueText } from './scene.ts';
import { wiringOf } from './wires.ts';
import { typesAlone, written } from './writing.ts';

/** The scene of a graph: what is drawn of it, and the values and gradients that are written. */
export function sceneOf(
	operation: string,
	drawn: readonly Node[] | RecordedCalls,
	options: GivenOptions,
): Scene {
	const recorded = drawn instanceof RecordedCalls ? drawn : null;
	const outputs = drawn instanceof RecordedCalls ? drawn.outputs : drawn;
	if (outputs.length > options.maxNodes)
		throw new RangeError(
			`${operation}: the graph has ${outputs.length} outputs; maxNodes allows ${options.maxNodes}, so draw fewer, or raise it`,
		);
	const order = topologicalOrder(outputs);
	const members = new Set(order);
	const names = givenNames(operation, options.names, (node) => members.has(node));
	const isNamed = (node: Node): boolean => names.has(node);
	const together = movedTogether(order, outputs, isNamed);
	const isOpen = openness(operation, options.open, recorded);
	const parts = folded(partsOf(order, together, recorded, isOpen), options.maxNodes, isNamed);
	const wiring = wiringOf(parts);
	const ends = namesOfOutputs(outputs, names);
	const carried = [...new Set([...wiring.wires.map(({ value }) => value), ...ends.keys()])];
	const texts = options.values
		? written({
				values: carried,
				wires: wiring.wires,
				gradientOf: sourceOf(operation, options.gradientOf, outputs, members),
			})
		: typesAlone;
	const leafName = (leaf: Node): string => names.get(leaf) ?? ownName(leaf, recorded);

	/** Nothing where all is told by the shape that the value comes from. */
	const textOf = (node: Node): ValueText | null => {
		const isLeaf = node.inputs.length === 0;
		// The name of a leaf stands in its shape, that of an output behind it.
		const name = isLeaf || ends.has(node) ? '' : (names.get(node) ?? '');
		const isInShape = isLeaf && leafName(node) === '' && isLiteral(node);
		// What is moved has the values of what it is made of.
		const isType = isMovement(node) && !isWritten(node.shape);
		const value = isInShape ? [] : isType ? [typeText(node)] : texts.value(node);
		const gradient = texts.gradient(node);
		const isBare = name === '' && value.length === 0 && gradient.length === 0;
		return isBare && !ends.has(node) ? null : { name, value, gradient };
	};
	return {
		...wiring,
		parts,
		outputs: ends,
		texts: new Map(
			carried.flatMap((node) => {
				const text = textOf(node);
				return text === null ? [] : [[node, text]];
			}),
		),
		termTexts: texts.terms,
		leafName,
		recorded,
		title: options.title ?? sentenceOf(order.length, parts, [...ends.values()]),
		direction: options.direction,
		marks: options.marks,
	};
}

function namesOfOutputs(
	outputs: readonly Node[],
	names: ReadonlyMap<Node, string>,
): Map<Node, string> {
	const ends = new Map<Node, string>();
	for (const [i, node] of outputs.entries()) {
		const word = outputs.length === 1 ? 'output' : `output ${i}`;
		if (!ends.has(node)) ends.set(node, names.get(node) ?? word);
	}
	return ends;
}

/** The scalar whose gradients are drawn. Throws RangeError for one that depends on nothing in the graph. */
function sourceOf(
	operation: string,
	asked: Node | null | undefined,
	outputs: readonly Node[],
	members: ReadonlySet<Node>,
): Node | null {
	if (asked === null) return null;
	if (asked === undefined) {
		const [only, ...others] = outputs;
		const isScalar = only !== undefined && only.shape.length === 0 && isFloating(only);
		return isScalar && others.length === 0 ? only : null;
	}
	if (!topologicalOrder([asked]).some((node) => members.has(node)))
		throw new RangeError(
			`${operation}: gradientOf depends on no Node of the graph; draw the graph that it is made of`,
		);
	return asked;
}

function sentenceOf(nodes: number, parts: readonly Part[], ends: readonly string[]): string {
	const boxes = parts.filter(({ kind }) => kind !== 'node' && kind !== 'chain').length;
	const sentence = `Computation graph of ${ends.join(', ')}: ${counted(nodes, 'Node')}`;
	if (boxes === 0) return sentence;
	const inBoxes = boxes === 1 ? '1 box' : `${shownCount(boxes)} boxes`;
	return `${sentence}, in ${inBoxes} and ${counted(parts.length - boxes, 'shape')}`;
}
