import { element, escaped } from './markup.ts';
import { shortPath } from './shortPath.ts';

/** What is read of an element of any DOM. */
export interface DomNode {
	readonly nodeType: number;
	/** The name of an element, in lower case. */
	readonly localName?: string;
	readonly nodeValue: string | null;
	readonly attributes?: Iterable<{ readonly name: string; readonly value: string }>;
	readonly childNodes: Iterable<DomNode>;
}

const elementNode = 1;
const textNode = 3;

/** What is in an element, as markup: the same bytes whatever DOM it is from. Styles are left out: figures have their own. */
export function contentOf(parent: DomNode): string {
	return Array.from(parent.childNodes, markupOf).join('');
}

/** What Observable Plot moves marks by where it finds a screen of large pixels, and nowhere else. */
const halfPixel = /^translate\((0|0\.5),(0|0\.5)\)$/;

function markupOf(node: DomNode): string {
	if (node.nodeType === textNode) return escaped(node.nodeValue ?? '');
	if (node.nodeType !== elementNode || node.localName === 'style') return '';
	// DOMs differ in the order of attributes. A picture has one description, its title, and no parts that have their own.
	const attributes = Array.from(node.attributes ?? [], ({ name, value }) => [
		name,
		name === 'd' ? shortPath(value) : shorter(value),
	])
		.filter(([name, value = '']) => !name?.startsWith('aria-') && !halfPixel.test(value))
		.sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
	return element(node.localName ?? '', Object.fromEntries(attributes), contentOf(node));
}

/** Coordinates to a hundredth of a pixel. */
function shorter(value: string): string {
	return value.replace(/-?\d+\.\d{3,}(e-\d+)?/g, (number) =>
		String(Math.round(Number(number) * 100) / 100 + 0),
	);
}
