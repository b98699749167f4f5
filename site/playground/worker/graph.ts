import { type Node, topologicalOrder } from '../../../packages/core/src/index.ts';
import {
	describeGraph,
	drawGraph,
	explainGradient,
	type NodeDescription,
} from '../../../packages/pictures/src/index.ts';
import type {
	GraphPicture,
	GraphRequest,
	NodeWords,
	Reply,
	StepWords,
} from '../program/messages.ts';
import { expressionsOf, isNumber, namedNodes, sourcesOf } from './candidates.ts';
import type { Recorded } from './recorded.ts';

/** The most Nodes of a graph that are explained. */
const maxNodes = 5000;
/** The most Nodes that all have names in the picture: named ones are not folded. */
const maxNamedNodes = 60;
/** The most steps of the chain rule that are told. */
const maxSteps = 200;

/** The graph of an expression of the program, or why there is none. */
export async function pictured(
	values: ReadonlyMap<string, unknown>,
	recordedAt: (node: Node) => Recorded | undefined,
	request: GraphRequest,
): Promise<Reply> {
	const nodes = namedNodes(values);
	const ys = expressionsOf(nodes, recordedAt);
	const asked = request.y !== null && ys.includes(request.y) ? request.y : ys.at(-1);
	const y = asked === undefined ? undefined : nodes.get(asked);
	if (asked === undefined || y === undefined)
		return {
			kind: 'noGraph',
			reason: 'No constant at the top of the program is an expression of Nodes.',
		};
	const order = topologicalOrder([y]);
	if (order.length > maxNodes)
		return {
			kind: 'noGraph',
			reason: `The graph of ${asked} has ${order.length} Nodes; at most ${maxNodes} are drawn.`,
		};
	const given = firstNames(nodes, order);
	const described = describeGraph(y, { names: given });
	const sources = sourcesOf(y, nodes, described);
	const x = request.x !== null && sources.has(request.x) ? request.x : firstOf(sources.keys());
	// Numbers without a name are called by their value, of which there may be several.
	const called = described.filter(({ name, node }) => given.get(name) === node || !isNumber(node));
	const names = new Map(called.map(({ name, node }) => [name, node]));
	const options = {
		names: order.length <= maxNamedNodes ? names : given,
		marks: new Map(order.map((node, i) => [node, `${i}`])),
		title: `Graph of ${asked}`,
	};
	const svg = await fitting(request.width, (direction) => drawGraph(y, { ...options, direction }));
	const chain = explained(order, y, (x === null ? null : sources.get(x)) ?? null, names);
	const graph = { svg, ys, xs: [...sources.keys()], y: asked, x, ...chain };
	return { kind: 'graph', graph: { ...graph, nodes: described.map(wordsOf(recordedAt)) } };
}

/** The first name of each Node of a graph that the program names. */
function firstNames(nodes: ReadonlyMap<string, Node>, order: readonly Node[]): Map<string, Node> {
	const unnamed = new Set(order);
	return new Map([...nodes].filter(([, node]) => unnamed.delete(node)));
}

/** A picture that leads right, or down where that is too wide. */
async function fitting(
	width: number,
	draw: (direction: 'right' | 'down') => Promise<string>,
): Promise<string> {
	const level = await draw('right');
	const isTooWide = Number(/ width="([\d.]+)"/.exec(level)?.[1]) > width;
	return isTooWide ? draw('down') : level;
}

function firstOf<Item>(items: Iterable<Item>): Item | null {
	for (const item of items) return item;
	return null;
}

/** The steps of the chain rule from y back to x. */
function explained(
	order: readonly Node[],
	y: Node,
	x: Node | null,
	names: ReadonlyMap<string, Node>,
): Pick<GraphPicture, 'steps' | 'stepsLeftOut' | 'gradient'> {
	if (x === null) return { steps: [], stepsLeftOut: 0, gradient: '' };
	const explanation = explainGradient(y, x, { names });
	const { steps } = explanation;
	const told = steps.slice(0, maxSteps).map(
		(step): StepWords => ({
			from: order.indexOf(step.node),
			to: order.indexOf(step.input),
			lines: explanation.linesOf(step),
		}),
	);
	return { steps: told, stepsLeftOut: steps.length - told.length, gradient: explanation.head };
}

/** A Node in words, with the place where it was recorded. */
function wordsOf(
	recordedAt: (node: Node) => Recorded | undefined,
): (description: NodeDescription) => NodeWords {
	return ({ node, name, expression, ...words }) => ({
		text: `${name} = ${expression}`,
		type: words.type,
		value: words.value,
		gradient: words.gradient,
		rules: words.rules,
		line: recordedAt(node)?.line ?? null,
		isDerivative: recordedAt(node)?.isDerivative ?? false,
	});
}
