import { type Data, type Node, topologicalOrder } from '../../../packages/core/src/index.ts';
import { expressionOf, formulaOf } from '../../../packages/pictures/src/explanation/formulas.ts';
import { type Route, routeBetween } from '../../../packages/pictures/src/explanation/route.ts';
import { stepsOf } from '../../../packages/pictures/src/explanation/steps.ts';
import { rowsOf, shownTensor } from '../../../packages/pictures/src/explanation/text.ts';
import { Gradients, isFloating, valuesOf } from '../../../packages/pictures/src/graph/gradients.ts';
import { ownName } from '../../../packages/pictures/src/graph/names.ts';
import { shownElement, typeText } from '../../../packages/pictures/src/graph/numbers.ts';
import { Shadows } from '../../../packages/pictures/src/graph/shadow.ts';
import { drawGraph } from '../../../packages/pictures/src/index.ts';
import type {
	GraphPicture,
	GraphRequest,
	NodeWords,
	Reply,
	StepWords,
} from '../program/messages.ts';
import { expressionsOf, isNumber, isScalar, namedNodes, sourcesOf } from './candidates.ts';
import type { Recorded } from './recorded.ts';

/** The most Nodes of a graph that are explained. */
const maxNodes = 5000;
/** The most Nodes that all have names in the picture: named ones are not folded. */
const maxNamedNodes = 60;
/** The most steps of the chain rule that are told. */
const maxSteps = 200;

type NameOf = (node: Node) => string;

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
	const sources = sourcesOf(y, nodes);
	const x = request.x !== null && sources.has(request.x) ? request.x : firstOf(sources.keys());
	const names = namesOf(order, nodes);
	const nameOf: NameOf = (node) => names.get(node) ?? node.primitive.name;
	const isAllNamed = order.length <= maxNamedNodes;
	const given = new Set(nodes.values());
	const shown = order.filter((node) => given.has(node) || (isAllNamed && !isNumber(node)));
	const options = {
		names: new Map(shown.map((node) => [nameOf(node), node])),
		marks: new Map(order.map((node, i) => [node, `${i}`])),
		title: `Graph of ${asked}`,
	};
	const svg = await fitting(request.width, (direction) => drawGraph(y, { ...options, direction }));
	const chain = explained(order, y, (x === null ? null : sources.get(x)) ?? null, nameOf);
	const graph = { svg, ys, xs: [...sources.keys()], y: asked, x, ...chain };
	return { kind: 'graph', graph: { ...graph, nodes: wordsOf(order, y, nameOf, recordedAt) } };
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

/** What all Nodes of a graph are called: by the program, by themselves, numbers by their value, and v1, v2, ... */
function namesOf(order: readonly Node[], nodes: ReadonlyMap<string, Node>): Map<Node, string> {
	const given = new Map<Node, string>();
	// The first name of a Node that has several.
	for (const [name, node] of nodes) if (!given.has(node)) given.set(node, name);
	const taken = new Set(nodes.keys());
	const names = new Map<Node, string>();
	let count = 0;
	const free = (wanted: string): string => {
		let name = wanted;
		for (let i = 2; taken.has(name); i++) name = `${wanted}.${i}`;
		taken.add(name);
		return name;
	};
	for (const node of order) {
		const own = ownName(node, null);
		const [value = NaN] = node.value ?? [];
		if (given.has(node)) names.set(node, given.get(node) ?? '');
		else if (own !== '') names.set(node, free(own));
		else if (isNumber(node)) names.set(node, shownElement(value, node.dtype));
		else {
			count++;
			names.set(node, free(`v${count}`));
		}
	}
	return names;
}

/** The steps of the chain rule from y back to x. */
function explained(
	order: readonly Node[],
	y: Node,
	x: Node | null,
	nameOf: NameOf,
): Pick<GraphPicture, 'steps' | 'stepsLeftOut' | 'gradient'> {
	if (x === null) return { steps: [], stepsLeftOut: 0, gradient: '' };
	const route = routeBetween('graph', y, x);
	const original = originalsOf(route);
	const indexOf = new Map(order.map((node, i) => [node, i]));
	const at = (standIn: Node): number => indexOf.get(original.get(standIn) ?? standIn) ?? 0;
	const all = stepsOf(route, (standIn) => nameOf(original.get(standIn) ?? standIn));
	const steps = all.slice(0, maxSteps).map(({ use: { user, index }, step }): StepWords => {
		const input = user.inputs[index] ?? user;
		const rows = rowsOf(step, nameOf(y));
		return {
			from: at(user),
			to: at(input),
			lines: rows.flatMap((row) => row.filter((text) => text !== '')),
		};
	});
	const total = all.at(-1)?.step.total;
	const symbol = `∂${nameOf(y)}/∂${nameOf(x)}`;
	return {
		steps,
		stepsLeftOut: all.length - steps.length,
		gradient:
			total === undefined
				? `No derivative passes from ${nameOf(y)} to ${nameOf(x)}.`
				: `${symbol} = ${shownTensor(total)}`,
	};
}

/** The Nodes of the program that those of a route stand in for. */
function originalsOf({ standIns }: Route): Map<Node, Node> {
	return new Map([...standIns].map(([node, standIn]) => [standIn, node]));
}

/** All Nodes of a graph in words. Values are computed apart from them. */
function wordsOf(
	order: readonly Node[],
	y: Node,
	nameOf: NameOf,
	recordedAt: (node: Node) => Recorded | undefined,
): NodeWords[] {
	const shadows = new Shadows(order);
	const values = shadows.valuesOf(order);
	const slopes = slopesOf(order, y, shadows);
	return order.map((node) => {
		const { inputs } = node;
		const data = values.get(node);
		const slope = slopes.get(node);
		const expression = inputs.length > 0 ? expressionOf(node, nameOf) : node.primitive.name;
		return {
			text: `${nameOf(node)} = ${expression}`,
			type: typeText(node),
			value: data === undefined ? '' : elementsText(node, data),
			gradient: slope === undefined ? '' : elementsText(node, slope),
			rules: inputs.map((input, i) => {
				const { text, isFactor } = formulaOf(node, i, nameOf);
				return { to: nameOf(input), formula: text, isFactor };
			}),
			line: recordedAt(node)?.line ?? null,
			isDerivative: recordedAt(node)?.isDerivative ?? false,
		};
	});
}

/** Elements of the shape and dtype of a Node, which are told beside them. */
function elementsText({ shape, dtype }: Node, data: Data): string {
	return shownTensor({ shape, dtype, data }).replace(`${typeText({ shape, dtype })}, `, '');
}

/** The gradients of a scalar in all Nodes that it depends on. */
function slopesOf(order: readonly Node[], y: Node, shadows: Shadows): Map<Node, Data> {
	if (!isScalar(y)) return new Map();
	const gradients = new Gradients((node) => shadows.of(node), y, order.filter(isFloating));
	const present = order.flatMap((node) => {
		const slope = gradients.slope(node);
		return slope === null ? [] : [{ node, slope }];
	});
	const all = valuesOf(present.map(({ slope }) => slope));
	return new Map(present.flatMap(({ node }, i) => (all[i] === undefined ? [] : [[node, all[i]]])));
}
