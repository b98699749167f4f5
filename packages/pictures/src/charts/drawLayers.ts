import { grad, Node, type Operand } from '@pullback/core';
import { checkedFunction, checkedOptions, isPlain, toNode } from '@pullback/core/arguments';
import { type AnyModule, Module } from '@pullback/nn';
import { type Drawn, figureOf } from './figure.ts';
import {
	checkedHistogramOptions,
	type HistogramOptions,
	histogramOptions,
} from './histogramOptions.ts';
import { panelsOfHistograms } from './histogramPanels.ts';
import { elementsOf } from './numbers.ts';
import { loadPlotting } from './plotting.ts';

/** Options of drawLayers. */
export interface LayerOptions<Output = Node> extends HistogramOptions {
	/**
	 * What the model's output costs, a scalar: then the gradients of it by the output of each layer are drawn, in a second
	 * row; none if left out.
	 */
	readonly loss?: (output: Output) => Node;
	/** Which layers are drawn, by path and module; all modules without modules in them if left out. */
	readonly layers?: (path: string, module: AnyModule) => boolean;
}

/**
 * The distributions of what each layer of a model returns for an input, one panel a layer in the order of their calls, as
 * SVG; and of the gradients of a loss by it, if one is given. A layer that is called several times has a panel for each.
 * Functions in a sequence are no layers, as they have no name. What is drawn is f(x) in mode 'evaluate': for another mode,
 * `drawHistograms` draws Nodes that one has kept.
 */
export async function drawLayers<Output = Node>(
	model: { forward(x: Operand): Output } & AnyModule,
	x: Operand,
	options?: LayerOptions<Output>,
): Promise<string> {
	const { loss, layers, ...others } = checkedOptions<
		LayerOptions<Output>,
		[...typeof histogramOptions, 'loss', 'layers']
	>('drawLayers', options, [...histogramOptions, 'loss', 'layers']);
	const checked = checkedHistogramOptions('drawLayers', { range: 'own', ...others });
	const given: unknown = model;
	if (!(given instanceof Module))
		throw new TypeError('drawLayers: model is not a Module; to draw Nodes, call drawHistograms');
	// So that what is no tensor is refused here, and not by a layer.
	toNode('drawLayers', x);
	const isWanted =
		layers === undefined ? isInnermost : checkedFunction('drawLayers', 'layers', layers);
	const { output, calls } = watch<Output>(model, x, isWanted);
	if (calls.length === 0)
		throw new RangeError(
			'drawLayers: no layer that is to be drawn returned a Node; layers must choose one at least',
		);
	const ofLoss =
		loss === undefined
			? null
			: grad(
					checkedFunction('drawLayers', 'loss', loss)(output),
					calls.map(([, node]) => node),
				);
	const lists = calls.map(([name, node]) => [name, elementsOf('drawLayers', node)] as const);
	const gradients = calls.map(
		([name], i) => [`gradient by ${name}`, elementsOf('drawLayers', ofLoss?.[i] ?? [])] as const,
	);
	const plotting = await loadPlotting();
	const columns = checked.columns ?? Math.min(5, calls.length);
	const rows = (ofLoss === null ? [lists] : [lists, gradients]).map((each) =>
		panelsOfHistograms(plotting, each, { ...checked, columns }),
	);
	return figureOf({
		...checked,
		description: `Histograms of what the layers ${lists.map(([name]) => name).join(', ')} return`,
		panels: interleaved(
			rows.map(({ panels }) => panels),
			columns,
		),
		notes: rows.flatMap(({ notes }) => notes),
		columns,
	});
}

/** The rows of several lists of panels, each row of one list above that of the next. */
function interleaved(lists: readonly (readonly Drawn[])[], columns: number): Drawn[] {
	const nothing: Drawn = { width: 0, height: 0, markup: '' };
	const rows = Math.ceil((lists[0]?.length ?? 0) / columns);
	return Array.from({ length: rows }, (_, row) =>
		lists.flatMap((list) =>
			Array.from({ length: columns }, (_, column) => list[row * columns + column] ?? nothing),
		),
	).flat();
}

function isInnermost(_: string, module: AnyModule): boolean {
	return module.namedModules().size === 1;
}

/** What a model returns, and what layers of it returned meanwhile. */
function watch<Output>(
	model: { forward(x: Operand): Output } & AnyModule,
	x: Operand,
	isWanted: (path: string, module: AnyModule) => boolean,
): { readonly output: Output; readonly calls: (readonly [name: string, output: Node])[] } {
	const calls: [name: string, output: Node][] = [];
	const restored: (() => void)[] = [];
	const counts = new Map<string, number>();
	try {
		for (const [path, module] of model.namedModules()) {
			if (!isWanted(path, module)) continue;
			const name = path === '' ? module.constructor.name : `${path} ${module.constructor.name}`;
			restored.push(
				observeCalls(module, (output) => {
					const count = (counts.get(path) ?? 0) + 1;
					counts.set(path, count);
					for (const [part, node] of nodesIn(output))
						calls.push([`${name}${part}${count === 1 ? '' : `, call ${count}`}`, node]);
				}),
			);
		}
		return { output: model.forward(x), calls };
	} finally {
		for (const restore of restored) restore();
	}
}

/** Has a module's calls told; returns what ends it. */
function observeCalls(module: AnyModule, tell: (output: unknown) => void): () => void {
	const { forward } = module;
	const own = Object.getOwnPropertyDescriptor(module, 'forward');
	Object.defineProperty(module, 'forward', {
		value: (...inputs: never[]): unknown => {
			const output = Reflect.apply(forward, module, inputs);
			tell(output);
			return output;
		},
		writable: true,
		configurable: true,
	});
	return () => {
		if (own === undefined) Reflect.deleteProperty(module, 'forward');
		else Object.defineProperty(module, 'forward', own);
	};
}

/** The Nodes in what a layer returned: itself, or those in its array or object, with their place in it. */
function nodesIn(output: unknown): [part: string, node: Node][] {
	if (output instanceof Node) return [['', output]];
	const parts = Array.isArray(output) || isPlain(output) ? Object.entries(output) : [];
	return parts.flatMap(([part, value]): [string, Node][] =>
		value instanceof Node ? [[`.${part}`, value]] : [],
	);
}
