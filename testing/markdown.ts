import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root: string = fileURLToPath(new URL('../', import.meta.url));
export const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

/** A block of code, and the language that it is marked with. */
export interface Block {
	readonly language: string;
	readonly code: string;
}

export function blocksOf(text: string): Block[] {
	const found = text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm);
	return Array.from(found, ([, language = '', code = '']) => ({ language, code }));
}

/** The text without its blocks of code. */
export function proseOf(text: string): string {
	return text.replaceAll(/^```[\s\S]*?^```$/gm, '');
}

/** What stands between backticks in prose. */
export function inlineCodeOf(prose: string): string[] {
	return Array.from(prose.matchAll(/`([^`\n]+)`/g), ([, inline = '']) => inline);
}

/** What the links of a document lead to, from the root, with the heading that they name. */
export function linksIn(
	file: string,
): { readonly path: string; readonly heading: string | null }[] {
	const found = textOf(file).matchAll(/\]\(([^)\s]+)\)/g);
	return Array.from(found, ([, target = '']) => target)
		.filter((target) => !/^https?:/.test(target))
		.map((target) => {
			const [path = '', heading = null] = target.split('#');
			return { path: path === '' ? file : join(dirname(file), path), heading };
		});
}

export const isThere = (path: string): boolean => existsSync(join(root, path));

/** The pages of the site that are written by hand or by a command of its own, from the root. */
export function sitePages(): string[] {
	const folders = ['site', 'site/guide', 'site/from', 'site/reference'];
	return folders.flatMap((folder) =>
		readdirSync(join(root, folder))
			.filter((name) => name.endsWith('.md'))
			.map((name) => `${folder}/${name}`),
	);
}
