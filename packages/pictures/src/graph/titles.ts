import { boxTitle } from './boxes.ts';
import { idOfPart } from './dot.ts';
import { printable } from './names.ts';
import { typeText } from './numbers.ts';
import type { Scene } from './scene.ts';
import { paramsText } from './symbols.ts';

/** What whoever points at a part of the picture reads, by what DOT calls the part. */
export function titlesOf({ parts, leafName, recorded, texts }: Scene): Map<string, string> {
	const titles = new Map<string, string>();
	for (const [i, part] of parts.entries()) {
		const [node] = part.nodes;
		if (part.kind !== 'node' || node === undefined) {
			const { title, details } = boxTitle(part, recorded);
			const words = [title, ...details].filter((word) => word !== '');
			titles.set(idOfPart(i), words.join(', '));
			continue;
		}
		const name = node.inputs.length === 0 ? leafName(node) : (texts.get(node)?.name ?? '');
		const words = [
			name === '' ? node.primitive.name : `${node.primitive.name} ${printable(name)}`,
			typeText(node),
			paramsText(node),
		];
		titles.set(idOfPart(i), words.filter((word) => word !== '').join(', '));
	}
	return titles;
}

/** The marks of the Nodes that each part of the picture stands for, by what DOT calls the part. */
export function marksOf({ parts, marks }: Scene): Map<string, string> {
	return new Map(
		parts.flatMap(({ nodes }, i) => {
			const words = nodes.flatMap((node) => marks.get(node) ?? []);
			return words.length === 0 ? [] : [[idOfPart(i), words.join(' ')]];
		}),
	);
}
