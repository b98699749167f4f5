/**
 * An SVG as elements of the page. It comes from a Worker in which a program of anybody's may have run, so nothing that could
 * run or load anything is taken over: known elements and attributes alone.
 */
export function sanitized(svg: string): SVGSVGElement | null {
	const { documentElement } = new DOMParser().parseFromString(svg, 'image/svg+xml');
	const root = documentElement instanceof SVGSVGElement ? copyOf(documentElement) : null;
	return root instanceof SVGSVGElement ? root : null;
}

const elements: ReadonlySet<string> = new Set(
	'svg g title path polygon polyline ellipse circle rect line text tspan'.split(' '),
);

const attributes: ReadonlySet<string> = new Set(
	`class role viewBox width height transform points d cx cy rx ry r x y x1 x2 y1 y2 dx dy fill
	fill-opacity stroke stroke-width stroke-dasharray stroke-opacity text-anchor font-family font-size
	font-style font-weight data-nodes`.split(/\s+/),
);

function copyOf(element: Element): SVGElement | null {
	if (!elements.has(element.localName)) return null;
	const copy = document.createElementNS('http://www.w3.org/2000/svg', element.localName);
	// Colours are names or variables; no address is among them.
	for (const { name, value } of element.attributes)
		if (attributes.has(name) && !/url\(/i.test(value)) copy.setAttribute(name, value);
	for (const child of element.childNodes) {
		if (child instanceof Text) copy.append(child.data);
		if (!(child instanceof Element)) continue;
		const inner = copyOf(child);
		if (inner !== null) copy.append(inner);
	}
	return copy;
}
