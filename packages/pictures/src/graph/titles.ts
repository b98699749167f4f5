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
			titles.set(idOfPart(i), [title, ...details].join(', '));
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
