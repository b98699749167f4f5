import type { Node } from '@pullback/core';
import type { colours } from '../theme.ts';
import { boxTitle } from './boxes.ts';
import type { ModuleCall } from './calls.ts';
import { type Line, lines, styled, textSize, widthOf } from './markup.ts';
import { isLiteral, isMovement } from './movement.ts';
import { brief } from './names.ts';
import { shownValue } from './numbers.ts';
import { paramsOf } from './params.ts';
import type { Part } from './parts.ts';
import type { Scene } from './scene.ts';
import { kindOfNode, type NodeKind, signOf } from './symbols.ts';

/** The colours of a theme by role. */
export type Palette = (typeof colours)['light' | 'dark'];

/** Sizes of text, in points. */
export const smallSize = 9;
const signSize = 15;
/** The longest sign that fits in a circle, in characters. */
const maxSignInCircle = 4;
/** How opaque the ground of shapes is, in hexadecimal, so that ink is legible on it. */
const tint = '1c';
const pointsPerInch = 72;

/** The attributes in DOT of the shape that a part has. */
export function shapeOf(part: Part, scene: Scene, palette: Palette): string {
	const [node] = part.nodes;
	if (part.kind === 'chain') return chain(part, palette);
	if (part.kind !== 'node' || node === undefined) return box(part, scene, palette);
	const { cell } = paramsOf(node);
	const kind = kindOfNode(node, scene.recorded?.variables.get(cell)?.isBuffer === true);
	return kind === 'operation'
		? operation(node, palette)
		: leaf(node, kind, nameWithin(scene.leafName(node), part.within), palette);
}

/** The name of what stands in an open box, without the path of the box, which has it for a title. */
function nameWithin(name: string, within: ModuleCall | null): string {
	const path = within === null ? '' : `${within.path}.`;
	return path !== '.' && name.startsWith(path) ? name.slice(path.length) : name;
}

/** A label, and the width that it needs with so many points free at both sides. */
export function labelled(text: readonly Line[], padding: number): string {
	const inches = (widthOf(text) + 2 * padding) / pointsPerInch;
	return `margin="0,0.05", width=${inches.toFixed(2)}, label=<${lines(text)}>`;
}

function ground(color: string): string {
	return `fillcolor="${color}${tint}", color="${color}"`;
}

function operation(node: Node, { ink, series1 }: Palette): string {
	const sign = signOf(node);
	const line = { text: sign, color: ink, size: sign.length === 1 ? signSize : textSize };
	return sign.length <= maxSignInCircle
		? `shape=circle, width=0.46, fixedsize=true, style=filled, ${ground(series1)}, label=<${styled(line)}>`
		: `shape=ellipse, height=0.46, style=filled, ${ground(series1)}, ${labelled([line], 11)}`;
}

/** Movements by their names; those of a constant below its value. */
function chain({ nodes }: Part, { ink, muted, series1 }: Palette): string {
	const [first] = nodes as readonly [Node]; // at least two
	const movements = nodes.filter(isMovement).map(signOf).join(', ');
	if (isMovement(first))
		return `shape=ellipse, height=0.46, style=filled, ${ground(series1)}, ${labelled([{ text: movements, color: ink }], 13)}`;
	const value = first.value === null ? [] : shownValue(first, first.value);
	const rows = value.map((row) => ({ text: row, color: ink }));
	const text = [...rows, { text: movements, color: muted, size: smallSize }];
	return `shape=box, height=0.3, style=filled, ${ground(muted)}, ${labelled(text, 7)}`;
}

function leaf(
	node: Node,
	kind: Exclude<NodeKind, 'operation'>,
	name: string,
	{ ink, muted, series3, series4 }: Palette,
): string {
	const looks = {
		variable: `shape=cylinder, height=0.42, style=filled, ${ground(series3)}`,
		buffer: `shape=cylinder, height=0.42, style="filled,dashed", ${ground(series3)}`,
		input: `shape=cds, height=0.3, style=filled, ${ground(series4)}`,
		constant: `shape=box, height=0.3, style=filled, ${ground(muted)}`,
	} as const;
	const text: readonly Line[] =
		name !== ''
			? [{ text: brief(name), color: ink, bold: true }]
			: node.value !== null && isLiteral(node)
				? shownValue(node, node.value).map((row) => ({ text: row, color: ink }))
				: [{ text: node.primitive.name, color: ink }];
	return `${looks[kind]}, ${labelled(text, kind === 'input' ? 14 : 7)}`;
}

function box(part: Part, scene: Scene, { ink, muted, series1 }: Palette): string {
	const { title, details } = boxTitle(part, scene.recorded);
	const text: readonly Line[] = [
		{ text: title, color: ink, bold: true },
		...details.map((detail) => ({ text: detail, color: muted, size: smallSize })),
	];
	const look =
		part.kind === 'module'
			? `style="rounded,filled", ${ground(series1)}`
			: `style="rounded,filled,dashed", ${ground(muted)}`;
	const peripheries = part.kind === 'repeat' ? ', peripheries=2' : '';
	return `shape=box, height=0.5, ${look}${peripheries}, ${labelled(text, 9)}`;
}
