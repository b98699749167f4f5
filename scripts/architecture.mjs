// Draws docs/architecture.svg from the imports of packages/core/src: node scripts/architecture.mjs. With --print the
// picture goes to the standard output instead. The same sources give the same bytes.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A folder, or the files of a folder that stand beside its folders.
 * @typedef {{ name: string, note: string }} Box
 */
/**
 * An arrow from what imports to what is imported, with the number of imports.
 * @typedef {{ from: number, to: number, count: number }} Arrow
 */
/**
 * A folder whose parts are drawn: boxes from top to bottom, so that imports go down, and arrows between them.
 * @typedef {{ title: string, boxes: Box[], arrows: Arrow[] }} Panel
 */

const root = fileURLToPath(new URL('../', import.meta.url));
const sources = join(root, 'packages/core/src');

/** The files that every file imports, by their paths below the sources. */
function readImports() {
	/** @type {Map<string, string[]>} */
	const imports = new Map();
	const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
		.map((file) => file.replaceAll('\\', '/'))
		.filter((file) => file.endsWith('.ts'))
		.sort();
	for (const file of files) {
		const text = readFileSync(join(sources, file), 'utf8');
		const found = text.matchAll(/^(?:import|export|\}) ?[^;'"]*?(?:from )?'(\.[^']+)'/gm);
		const paths = Array.from(found, ([, path = '']) => posix.join(posix.dirname(file), path));
		const missing = paths.find((path) => !files.includes(path));
		if (missing !== undefined)
			throw new Error(`architecture: ${file} imports ${missing}, which is not there`);
		imports.set(file, paths);
	}
	return imports;
}

/**
 * The panel of a folder; null if it has no folders.
 * @param {string} folder
 * @param {ReadonlyMap<string, readonly string[]>} imports
 * @returns {Panel | null}
 */
function panelOf(folder, imports) {
	const prefix = folder === '' ? '' : `${folder}/`;
	const inside = [...imports.keys()].filter((file) => file.startsWith(prefix));
	/** The folder just below in which a file is; '' for the files beside the folders. @param {string} file */
	const partOf = (file) =>
		file.slice(prefix.length).includes('/')
			? (file.slice(prefix.length).split('/', 1)[0] ?? '')
			: '';
	if (inside.every((file) => partOf(file) === '')) return null;
	const below = reached(
		inside.filter((file) => partOf(file) !== ''),
		imports,
	);
	/** @type {Map<string, string[]>} */
	const members = new Map();
	for (const file of inside) {
		const part = partOf(file) || (below.has(file) ? 'files below' : 'files above');
		members.set(part, [...(members.get(part) ?? []), file]);
	}
	/** @type {Map<string, string>} */
	const partOfFile = new Map();
	for (const [part, files] of members) for (const file of files) partOfFile.set(file, part);
	/** @type {Map<string, Map<string, number>>} */
	const counts = new Map([...members.keys()].sort().map((part) => [part, new Map()]));
	for (const file of inside)
		for (const path of imports.get(file) ?? []) {
			const [from = '', to] = [partOfFile.get(file), partOfFile.get(path)];
			const row = counts.get(from);
			if (to !== undefined && to !== from) row?.set(to, (row.get(to) ?? 0) + 1);
		}
	const order = importersFirst(counts);
	return {
		title: folder === '' ? 'core' : folder,
		boxes: order.map((part) => boxOf(folder, part, members.get(part) ?? [])),
		arrows: order.flatMap((part, from) =>
			[...(counts.get(part) ?? [])]
				.map(([other, count]) => ({ from, to: order.indexOf(other), count }))
				.sort((a, b) => a.to - b.to),
		),
	};
}

/**
 * Folders by their names, the files beside them one by one.
 * @param {string} folder
 * @param {string} part
 * @param {readonly string[]} files
 * @returns {Box}
 */
function boxOf(folder, part, files) {
	if (!part.startsWith('files ')) return { name: `${part}/`, note: `${files.length} files` };
	const names = files.map((file) => posix.basename(file, '.ts'));
	return names.length === 1
		? { name: `${names[0]}.ts`, note: '' }
		: { name: `${posix.basename(folder) || 'src'}/*.ts`, note: names.join(', ') };
}

/**
 * Files, and all that they import, and so on.
 * @param {readonly string[]} files
 * @param {ReadonlyMap<string, readonly string[]>} imports
 */
function reached(files, imports) {
	const found = new Set(files);
	for (const file of found) for (const path of imports.get(file) ?? []) found.add(path);
	return found;
}

/**
 * Each part before those that it imports. Where parts import each other, the least imported one comes first, of several
 * the one that none of the others imports.
 * @param {ReadonlyMap<string, ReadonlyMap<string, number>>} counts
 */
function importersFirst(counts) {
	const left = [...counts.keys()];
	/** @type {string[]} */
	const order = [];
	/** @param {string} part @param {readonly string[]} importers */
	const importsOf = (part, importers) =>
		importers.reduce((sum, other) => sum + (counts.get(other)?.get(part) ?? 0), 0);
	while (left.length > 0) {
		const fewest = Math.min(...left.map((part) => importsOf(part, left)));
		const least = left.filter((part) => importsOf(part, left) === fewest);
		const next = least.find((part) => importsOf(part, least) === 0) ?? least[0] ?? '';
		left.splice(left.indexOf(next), 1);
		order.push(next);
	}
	return order;
}

// Lengths are in pixels.
const boxWidth = 190;
const boxHeight = 46;
const gap = 34;
const arcStep = 34;
const margin = 24;
const titleHeight = 34;
const noteCharacters = 29;

/** @param {string} text */
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/**
 * A text cut into lines of about as many characters as fit a box.
 * @param {string} text
 */
function lines(text) {
	/** @type {string[]} */
	const made = [];
	for (const word of text.split(' ')) {
		const last = made.at(-1);
		if (last !== undefined && `${last} ${word}`.length <= noteCharacters)
			made[made.length - 1] = `${last} ${word}`;
		else made.push(word);
	}
	return text === '' ? [] : made;
}

/**
 * A panel as SVG elements, and its size.
 * @param {Panel} panel
 */
function drawn({ title, boxes, arrows }) {
	const up = arrows.filter(({ from, to }) => to < from);
	const reach = (/** @type {readonly Arrow[]} */ some) =>
		Math.max(0, ...some.map(({ from, to }) => Math.abs(to - from)));
	const left = up.length === 0 ? 0 : (reach(up) + 1) * arcStep;
	const parts = [`<text class="title" x="${left}" y="16">${escaped(title)}</text>`];
	/** @type {{ top: number, height: number }[]} */
	const spans = [];
	let top = titleHeight;
	for (const { name, note } of boxes) {
		const notes = lines(note);
		const ports = arrows.filter(
			({ from, to }) => boxes[from]?.name === name || boxes[to]?.name === name,
		).length;
		const height = Math.max(boxHeight, 30 + notes.length * 14, ports * 7 + 8);
		spans.push({ top, height });
		const middle = top + height / 2 - notes.length * 7;
		parts.push(
			`<rect class="box" x="${left}" y="${top}" width="${boxWidth}" height="${height}" rx="5"/>`,
			`<text class="name" x="${left + boxWidth / 2}" y="${middle + 5}">${escaped(name)}</text>`,
			...notes.map(
				(line, i) =>
					`<text class="note" x="${left + boxWidth / 2}" y="${middle + 20 + i * 14}">${escaped(line)}</text>`,
			),
		);
		top += height + gap;
	}
	const arcs = arrows.map((arrow) => arcOf(arrow, arrows, spans, left));
	// Numbers lie above all arrows.
	parts.push(...arcs.map(({ path }) => path), ...arcs.map(({ label }) => label));
	const down = arrows.filter(({ from, to }) => to > from);
	return { parts, width: left + boxWidth + (reach(down) + 1) * arcStep, height: top - gap };
}

/**
 * An arrow as an arc beside the boxes: down at their right, up at their left. Where arrows meet a box, those that arrive
 * come before those that leave, and longer ones lie outside of shorter ones, so that they do not cross there.
 * @param {Arrow} arrow
 * @param {readonly Arrow[]} arrows
 * @param {readonly { top: number, height: number }[]} spans
 * @param {number} left
 */
function arcOf(arrow, arrows, spans, left) {
	const { from, to, count } = arrow;
	const goesDown = to > from;
	const beside = arrows.filter((other) => other.to > other.from === goesDown);
	/** The height at which the arrow touches a box. @param {number} box */
	const portAt = (box) => {
		const arriving = beside
			.filter((other) => other.to === box)
			.sort((a, b) => Math.abs(a.from - box) - Math.abs(b.from - box));
		const leaving = beside
			.filter((other) => other.from === box)
			.sort((a, b) => Math.abs(b.to - box) - Math.abs(a.to - box));
		const ports = goesDown ? [...arriving, ...leaving] : [...leaving, ...arriving].reverse();
		const { top, height } = spans[box] ?? { top: 0, height: 0 };
		return top + (height * (ports.indexOf(arrow) + 1)) / (ports.length + 1);
	};
	const [y1, y2] = [portAt(from), portAt(to)];
	const side = goesDown ? 1 : -1;
	const x = goesDown ? left + boxWidth : left;
	const apex = side * (Math.abs(to - from) * arcStep);
	// A cubic curve reaches three quarters of the way to its control points.
	const control = x + (apex * 4) / 3;
	const middle = (y1 + y2) / 2;
	const width = (1 + Math.log10(count)).toFixed(1);
	const kind = goesDown ? 'down' : 'up';
	return {
		path: `<path class="${kind}" stroke-width="${width}" marker-end="url(#${kind})" d="M ${x} ${y1.toFixed(1)} C ${control.toFixed(1)} ${y1.toFixed(1)}, ${control.toFixed(1)} ${y2.toFixed(1)}, ${x + side * 2} ${y2.toFixed(1)}"/>`,
		label: `<text class="count" x="${(x + apex).toFixed(1)}" y="${(middle + 4).toFixed(1)}">${count}</text>`,
	};
}

/** The whole picture: the panels of all folders that have folders, in two columns. */
function picture() {
	const imports = readImports();
	const folders = new Set([
		'',
		...[...imports.keys()].map((file) => dirname(file)).filter((folder) => folder !== '.'),
	]);
	const panels = [...folders]
		.sort()
		.flatMap((folder) => panelOf(folder, imports) ?? [])
		.map(drawn);
	const columns = [0, 1].map((column) => panels.filter((_, i) => i % 2 === column));
	let x = margin;
	let height = 0;
	const groups = [];
	for (const column of columns) {
		let y = margin;
		for (const panel of column) {
			groups.push(`<g transform="translate(${x} ${y})">`, ...panel.parts, '</g>');
			y += panel.height + margin * 2;
		}
		height = Math.max(height, y);
		x += Math.max(0, ...column.map(({ width }) => width)) + margin;
	}
	return `${[
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${x} ${height}" width="${x}" height="${height}" role="img" aria-label="Folders of packages/core/src and the imports between them">`,
		'<style>text{font-family:sans-serif;fill:#1c2733}.title{font-size:17px;font-weight:bold}.name{font-size:14px;font-weight:bold;text-anchor:middle}.note{font-size:11px;text-anchor:middle}.count{font-size:11px;text-anchor:middle;paint-order:stroke;stroke:#fff;stroke-width:4px}.box{fill:#eef3f8;stroke:#53687d}.down{fill:none;stroke:#53687d}.up{fill:none;stroke:#b3401f;stroke-dasharray:5 3}</style>',
		...['down', 'up'].map(
			(kind) =>
				`<marker id="${kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M 0 0 L 8 4 L 0 8 z" fill="${kind === 'down' ? '#53687d' : '#b3401f'}"/></marker>`,
		),
		`<rect width="${x}" height="${height}" fill="#fff"/>`,
		...groups,
		'</svg>',
	].join('\n')}\n`;
}

if (process.argv[2] === '--print') process.stdout.write(picture());
else writeFileSync(join(root, 'docs/architecture.svg'), picture());
