import type { Node } from '@pullback/core';
import { callTitle } from './boxes.ts';
import { commonCall, type ModuleCall } from './calls.ts';
import { type Line, lines, styled, textSize, widthOf } from './markup.ts';
import { brief } from './names.ts';
import { shownCount } from './numbers.ts';
import type { Part } from './parts.ts';
import { openCalls, type Scene, type ValueText } from './scene.ts';
import { labelled, type Palette, shapeOf, smallSize } from './shapes.ts';
import type { Wire } from './wires.ts';

const fontNames = 'Helvetica,Arial,sans-serif';

/** A scene in DOT, a statement a line. The same scene is the same text. */
export function dotOf(scene: Scene, palette: Palette): string {
	return new DotWriter(scene, palette).text();
}

/** What the parts of a scene are called in its DOT, and so in the SVG that Graphviz makes of it. */
export function idOfPart(index: number): string {
	return `part${index}`;
}

/** Writes one scene. */
class DotWriter {
	readonly #scene: Scene;
	readonly #palette: Palette;
	/** The statements of each box that is open, outer ones first, and of the picture itself. */
	readonly #statements = new Map<ModuleCall | null, string[]>([[null, []]]);
	readonly #edges: string[] = [];
	readonly #partIds: ReadonlyMap<Part, string>;
	readonly #valueIds = new Map<Node, string>();

	constructor(scene: Scene, palette: Palette) {
		this.#scene = scene;
		this.#palette = palette;
		this.#partIds = new Map(scene.parts.map((part, i) => [part, idOfPart(i)]));
		for (const value of scene.texts.keys())
			this.#valueIds.set(value, `value${this.#valueIds.size}`);
		for (const call of openCalls(scene.parts)) this.#statements.set(call, []);
	}

	text(): string {
		const { paper, ink, muted } = this.#palette;
		const isDown = this.#scene.direction === 'down';
		this.#addParts();
		this.#addWires();
		this.#addOutputs();
		return [
			'digraph {',
			`graph [rankdir=${isDown ? 'TB' : 'LR'}, bgcolor="${paper}", pad=0.2, nodesep=${isDown ? 0.15 : 0.12}, ranksep=0.16, newrank=true, nslimit=4, fontname="${fontNames}", fontsize=${textSize}, fontcolor="${ink}"]`,
			`node [fontname="${fontNames}", fontsize=${textSize}, fontcolor="${ink}", color="${ink}"]`,
			`edge [fontname="${fontNames}", fontsize=${smallSize}, fontcolor="${muted}", color="${muted}", arrowsize=0.55]`,
			...this.#cluster(null),
			...this.#edges,
			'}\n',
		].join('\n');
	}

	/** The statements of a box with those of the boxes in it; deep as modules are nested. */
	#cluster(call: ModuleCall | null): string[] {
		const { series1, ink, muted } = this.#palette;
		const inner = [...this.#statements.keys()].flatMap((each, i) => {
			if (each === null || each.outer !== call) return [];
			const { name, type } = callTitle(each, this.#scene.recorded);
			const title: readonly Line[] = [
				{ text: name, color: ink, bold: true },
				...(type === '' ? [] : [{ text: type, color: muted, size: smallSize }]),
			];
			const text = title.map((line) => `${styled(line)}<BR ALIGN="LEFT"/>`).join('');
			const cell = `<TD ALIGN="LEFT" BALIGN="LEFT" WIDTH="${Math.ceil(widthOf(title))}">${text}</TD>`;
			const label = `<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"><TR>${cell}</TR></TABLE>`;
			return [
				`subgraph cluster${i} {`,
				`graph [label=<${label}>, labeljust=l, style=rounded, color="${series1}", margin=10]`,
				...this.#cluster(each),
				'}',
			];
		});
		return [...(this.#statements.get(call) ?? []), ...inner];
	}

	/** Shapes, each with the value that leaves it. */
	#addParts(): void {
		for (const part of this.#scene.parts) {
			const id = this.#partIds.get(part);
			const shape = shapeOf(part, this.#scene, this.#palette);
			this.#add(part.within, `${id} [${shape}]`);
			for (const node of part.nodes) {
				const text = this.#scene.texts.get(node);
				const valueId = this.#valueIds.get(node);
				if (text === undefined) continue;
				this.#add(part.within, `${valueId} [shape=plain, label=<${this.#valueTable(text)}>]`);
				this.#edges.push(`${id} -> ${valueId}:line:${this.#ends[0]} [arrowhead=none, weight=4]`);
			}
		}
	}

	#addWires(): void {
		const { wires, bundles, termTexts } = this.#scene;
		const [first, last] = this.#ends;
		for (const [i, wire] of wires.entries()) {
			const { value, from, to } = wire;
			const [start, end] = [this.#startOf(value, from), this.#partIds.get(to)];
			const term = termTexts.get(wire);
			if (term === undefined) {
				this.#edges.push(`${start} -> ${end}${usesLabel(wire)}`);
				continue;
			}
			const table = this.#lineTable([], this.#gradientLines(term));
			this.#add(commonCall(from.within, to.within), `term${i} [shape=plain, label=<${table}>]`);
			this.#edges.push(
				`${start} -> term${i}:line:${first} [arrowhead=none]`,
				`term${i}:line:${last} -> ${end}${usesLabel(wire)}`,
			);
		}
		for (const { from, to, values } of bundles) {
			const ids = `${this.#partIds.get(from)} -> ${this.#partIds.get(to)}`;
			this.#edges.push(`${ids} [penwidth=2, label="${shownCount(values)} values"]`);
		}
	}

	#addOutputs(): void {
		for (const [i, [value, name]] of [...this.#scene.outputs].entries()) {
			const label = labelled([{ text: brief(name), color: this.#palette.ink, bold: true }], 2);
			this.#add(null, `output${i} [shape=box, height=0.2, penwidth=0, ${label}]`);
			this.#edges.push(`${this.#valueIds.get(value)}:line:${this.#ends[1]} -> output${i}`);
		}
	}

	#add(call: ModuleCall | null, statement: string): void {
		this.#statements.get(call)?.push(statement);
	}

	/** The sides of a line at which edges reach and leave it. */
	get #ends(): readonly [string, string] {
		return this.#scene.direction === 'down' ? ['n', 's'] : ['w', 'e'];
	}

	#startOf(value: Node, from: Part): string | undefined {
		const id = this.#valueIds.get(value);
		return id === undefined ? this.#partIds.get(from) : `${id}:line:${this.#ends[1]}`;
	}

	/** A value above the line that the edges continue, or left of it where they lead down, and its gradient beyond. */
	#valueTable({ name, value, gradient }: ValueText): string {
		const { ink } = this.#palette;
		const above: readonly Line[] = [
			...(name === '' ? [] : [{ text: brief(name), color: ink, bold: true }]),
			...value.map((row) => ({ text: row, color: ink })),
		];
		return this.#lineTable(above, this.#gradientLines(gradient));
	}

	#gradientLines(rows: readonly string[]): Line[] {
		return rows.map((row) => ({ text: row, color: this.#palette.series2, italic: true }));
	}

	/** Texts on both sides of a line, whose ends are the port `line`. */
	#lineTable(above: readonly Line[], below: readonly Line[]): string {
		const isDown = this.#scene.direction === 'down';
		const cell = (text: readonly Line[], align: string): string =>
			text.length === 0
				? ''
				: `<TD ALIGN="${align}" WIDTH="${Math.ceil(widthOf(text) + 6)}">${lines(text)}</TD>`;
		const size = isDown ? 'WIDTH="1" HEIGHT="20"' : 'WIDTH="16" HEIGHT="1"';
		const line = `<TD PORT="line" BGCOLOR="${this.#palette.muted}" CELLPADDING="0" ${size}></TD>`;
		const cells = isDown
			? [cell(above, 'RIGHT'), line, cell(below, 'LEFT')]
			: [cell(above, 'CENTER'), line, cell(below, 'CENTER')];
		const rows = isDown ? [cells.join('')] : cells.filter((content) => content !== '');
		const content = rows.map((row) => `<TR>${row}</TR>`).join('');
		return `<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="2">${content}</TABLE>`;
	}
}

/** How often one Node uses a value, where that is not drawn. */
function usesLabel({ to, uses }: Wire): string {
	const isTold = to.kind === 'node' && uses.length > 1;
	return isTold ? ` [label="${shownCount(uses.length)} times"]` : '';
}
