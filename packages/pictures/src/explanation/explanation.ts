import type { Node } from '@pullback/core';
import { checkedOptions, describe, inspection } from '@pullback/core/arguments';
import { sceneOf } from '../graph/composition.ts';
import { svgOf } from '../graph/drawGraph.ts';
import { isLiteral } from '../graph/movement.ts';
import { shownElement } from '../graph/numbers.ts';
import { checkedGraphOptions, type GraphOptions } from '../graph/options.ts';
import type { Scene } from '../graph/scene.ts';
import type { Route } from './route.ts';
import { GradientStep, type StepAtUse, type Value } from './steps.ts';
import { headOf, productText, rowsOf, textOf } from './text.ts';

/** How to draw an explanation. */
export type ExplanationPictureOptions = Pick<
	GraphOptions,
	'direction' | 'maxNodes' | 'theme' | 'title'
>;

/** The chain rule from a scalar y back to x, step by step: as data, as text for a terminal, and as a picture. */
export class GradientExplanation {
	/** What y and x are called. */
	readonly y: string;
	readonly x: string;
	/** The gradient of y in x. */
	readonly gradient: Value;
	/** Those of a Node before those of its inputs; none if no derivative passes. */
	readonly steps: readonly GradientStep[];
	readonly #route: Route;
	readonly #located: readonly StepAtUse[];
	readonly #names: ReadonlyMap<Node, string>;

	constructor(
		route: Route,
		names: ReadonlyMap<Node, string>,
		gradient: Value,
		steps: readonly StepAtUse[],
	) {
		this.y = names.get(route.y) ?? 'y';
		this.x = names.get(route.x) ?? 'x';
		this.gradient = gradient;
		this.steps = steps.map(({ step }) => step);
		this.#located = steps;
		this.#route = route;
		this.#names = names;
	}

	/** The first line of the text: the gradient of y in x, and if no derivative passes, that. */
	get head(): string {
		return headOf(this);
	}

	/** The steps in columns: how each Node is computed, the local derivative, and the running product. */
	get text(): string {
		return textOf(this);
	}

	toString(): string {
		return this.text;
	}

	/**
	 * What the text tells of one of its steps, on lines: how the Node is computed; the local derivative; the running product;
	 * after the last of several paths to an input, their sum.
	 */
	linesOf(step: GradientStep): string[] {
		if (!(step instanceof GradientStep))
			throw new TypeError(`linesOf: the step is ${describe(step)}; it must be one of the steps`);
		return rowsOf(step, this.y).flatMap((row) => row.filter((text) => text !== ''));
	}

	/** The Nodes between x and y as an SVG, values above the edges, and below them the products that the gradients are. */
	async svg(options?: ExplanationPictureOptions): Promise<string> {
		const given = checkedGraphOptions(
			'svg',
			checkedOptions('svg', options, ['direction', 'maxNodes', 'theme', 'title']),
		);
		const title = given.title ?? `Chain rule of ∂${this.y}/∂${this.x}`;
		const scene = sceneOf('svg', this.#drawn(), {
			...given,
			title,
			names: this.#shownNames(given.maxNodes),
			gradientOf: this.#route.order.length === 0 ? null : this.#route.y,
		});
		return svgOf(withProducts(scene, this.#located, new Set(this.#route.order)), given.theme);
	}

	#drawn(): readonly Node[] {
		const { order, y, x } = this.#route;
		return order.length === 0 && y !== x ? [y, x] : [y];
	}

	/** Where all is drawn, all that the text names; else y and x. The numbers that constants are called by stand in them. */
	#shownNames(maxNodes: number): Map<string, Node> {
		const { order, y, x } = this.#route;
		const drawn = new Set([...order.flatMap(({ inputs }) => inputs), ...order, y, x]);
		const isAll = drawn.size <= maxNodes;
		const shown = new Map<string, Node>();
		for (const [node, name] of this.#names) {
			const isEnd = node === x || node === y;
			if (drawn.has(node) && (isEnd || (isAll && !isNumber(node, name)))) shown.set(name, node);
		}
		return shown;
	}

	static {
		Object.defineProperty(GradientExplanation.prototype, inspection, {
			value(this: GradientExplanation): string {
				return this.text;
			},
		});
	}
}

/** Whether a Node is called by the number that it is. */
function isNumber(node: Node, name: string): boolean {
	const [value] = node.value ?? [];
	const isScalar = isLiteral(node) && node.shape.length === 0;
	return isScalar && value !== undefined && name === shownElement(value, node.dtype);
}

/** A scene with the products of numbers where the gradients are, and no gradients beside the route. */
function withProducts(
	scene: Scene,
	steps: readonly StepAtUse[],
	between: ReadonlySet<Node>,
): Scene {
	const [texts, termTexts] = [new Map(scene.texts), new Map(scene.termTexts)];
	for (const [node, text] of scene.texts) {
		if (between.has(node)) continue;
		if (text.name === '' && text.value.length === 0) texts.delete(node);
		else texts.set(node, { ...text, gradient: [] });
	}
	const stepOf = new Map<Node, Map<number, GradientStep>>();
	for (const { use, step } of steps) {
		const known = stepOf.get(use.user) ?? new Map<number, GradientStep>();
		stepOf.set(use.user, known.set(use.index, step));
	}
	for (const wire of scene.wires) {
		const [use, ...others] = wire.uses;
		const step = use === undefined ? undefined : stepOf.get(use.user)?.get(use.index);
		if (step === undefined || others.length > 0 || step.product.shape.length > 0) continue;
		const text = texts.get(wire.value);
		if (termTexts.has(wire)) termTexts.set(wire, [productText(step)]);
		else if (text !== undefined) texts.set(wire.value, { ...text, gradient: [productText(step)] });
	}
	return { ...scene, texts, termTexts };
}
