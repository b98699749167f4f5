import { Late, Node, ready, topologicalOrder } from '@pullback/core';
import type { Theme } from '../theme.ts';
import { colours } from '../theme.ts';
import { checkedOutputs, RecordedCalls } from './calls.ts';
import { sceneOf } from './composition.ts';
import { dotOf } from './dot.ts';
import { renderedSvg } from './graphviz.ts';
import { checkedGraphOptions, type GraphOptions } from './options.ts';
import { paramsOf } from './params.ts';
import type { Scene } from './scene.ts';
import { finishedSvg } from './svg.ts';
import { marksOf, titlesOf } from './titles.ts';

/** What can be drawn: the graph of one Node or of several, or what `recordCalls` kept of the calls of a net. */
export type Drawable = Node | readonly Node[] | RecordedCalls;

/**
 * A graph as an SVG: operations in circles, values above the edges and gradients below them, as chapter 5 draws them.
 * Where a value branches, what each branch adds to its gradient stands below that branch. Variables are cylinders (dashed if
 * they are buffers), constants boxes, inputs of traced functions pointed; modules are boxes, closed unless `open` names them;
 * what is too large is folded into dashed boxes that say what is in them. Drawing computes values apart from the Nodes: they
 * are the same afterwards.
 */
export async function drawGraph(graph: Drawable, options?: GraphOptions): Promise<string> {
	const given = checkedGraphOptions('drawGraph', options);
	const drawn = checkedDrawable('drawGraph', graph);
	if (given.values) await arrival(drawn instanceof RecordedCalls ? drawn.outputs : drawn);
	return svgOf(sceneOf('drawGraph', drawn, given), given.theme);
}

/** A graph in the language of Graphviz, as `drawGraph` has it drawn. The same graph and options are the same text. */
export function graphDot(graph: Drawable, options?: GraphOptions): string {
	const given = checkedGraphOptions('graphDot', options);
	const drawn = checkedDrawable('graphDot', graph);
	const scene = sceneOf('graphDot', drawn, given);
	return dotOf(scene, given.theme === 'dark' ? colours.dark : colours.light);
}

/** The picture of a scene. */
export async function svgOf(scene: Scene, theme: Theme): Promise<string> {
	const drawn = await renderedSvg(dotOf(scene, colours.light));
	const { title } = scene;
	return finishedSvg(drawn, theme, { title, titles: titlesOf(scene), marks: marksOf(scene) });
}

function checkedDrawable(operation: string, graph: Drawable): readonly Node[] | RecordedCalls {
	if (graph instanceof RecordedCalls) return graph;
	const outputs = graph instanceof Node ? [graph] : graph;
	checkedOutputs(operation, 'the graph', outputs);
	return [...outputs];
}

/** Awaits the values that an engine delivers later. */
async function arrival(outputs: readonly Node[]): Promise<void> {
	const late = topologicalOrder(outputs).filter((node) => {
		const { late, data } = paramsOf(node);
		return node.value === null && (late instanceof Late || data instanceof Late);
	});
	await ready(...late);
}
