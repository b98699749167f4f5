import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as core from '../packages/core/src/index.ts';
import * as files from '../packages/files/src/index.ts';
import * as nn from '../packages/nn/src/index.ts';
import * as verify from '../packages/verify/src/index.ts';
import { headOf, llmsText, sections } from '../site/pages.ts';
import { oursIn } from './cells.ts';
import { isThere, linksIn, proseOf, root, sitePages, textOf } from './markdown.ts';

const pages = sitePages();

/** The headings of a page and of what it includes, as anchors. */
function anchorsOf(file: string): string[] {
	const [, included] = /<!--@include: ([^\s{]+)-->/.exec(textOf(file)) ?? [];
	const parts = included === undefined ? [file] : [file, join(file, '..', included)];
	const text = parts
		.filter(isThere)
		.map((part) => proseOf(textOf(part)))
		.join('\n');
	return Array.from(text.matchAll(/^#+ (.*)$/gm), ([, heading = '']) =>
		heading
			.toLowerCase()
			.replaceAll(/[^\p{L}\p{N}]+/gu, '-')
			.replaceAll(/^-|-$/g, ''),
	);
}

describe.each(pages)('%s', (file) => {
	test('has a title and a description in one line', () => {
		const { title, description } = headOf(file.slice('site/'.length, -'.md'.length));
		expect(title).not.toBe('');
		expect(description).toMatch(/^.{20,140}$/);
	});

	test('links to pages that are there, and headings in them', () => {
		const dead = linksIn(file).filter(
			({ path, heading }) =>
				!isThere(path) || (heading !== null && !anchorsOf(path).includes(heading)),
		);
		expect(dead).toEqual([]);
	});

	test('includes what is there, but for the figures that npm run bench may have written', () => {
		const included = textOf(file).matchAll(/<!--@include: ([^\s{]+)-->/g);
		const paths = Array.from(included, ([, path = '']) => join(file, '..', path));
		expect(paths.filter((path) => path !== 'docs/speed.md' && !isThere(path))).toEqual([]);
	});
});

test('each page is in the navigation once, and in llms.txt', () => {
	const listed = sections.flatMap((section) => section.pages);
	expect(listed.map((page) => `site/${page}.md`).sort()).toEqual(
		pages.filter((file) => file !== 'site/index.md').sort(),
	);
	const text = llmsText();
	for (const page of listed) expect(text).toContain(`](${page}.html): ${headOf(page).description}`);
});

test('the actions and features of the first page lead to pages', () => {
	const links = Array.from(
		textOf('site/index.md').matchAll(/^ +link: (.*)$/gm),
		([, link = '']) => link,
	);
	expect(links.length).toBeGreaterThan(0);
	expect(links.filter((link) => !isThere(`site${link}.md`))).toEqual([]);
});

test('the map of the book is that of the examples: node site/book.mjs writes it anew', () => {
	const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'site/book.mjs'), '--print'], {
		encoding: 'utf8',
	});
	expect(stderr).toBe('');
	expect(stdout === textOf('site/book.md')).toBe(true);
});

const packages = { core, nn, verify, files };

/** The names of options and fields, as the sources of the packages declare them. */
function declaredNames(): string[] {
	const sources = Object.keys(packages).flatMap((name) =>
		readdirSync(join(root, `packages/${name}/src`), { recursive: true, encoding: 'utf8' })
			.filter((file) => file.endsWith('.ts'))
			.map((file) => textOf(`packages/${name}/src/${file}`)),
	);
	return sources.flatMap((text) =>
		Array.from(text.matchAll(/^\treadonly (\w+)\??:/gm), ([, name = '']) => name),
	);
}

/** The methods of a class, if it is one. */
function methodsOf(value: unknown): string[] {
	return typeof value === 'function' && value.prototype
		? Object.getOwnPropertyNames(value.prototype)
		: [];
}

describe('tables of what is called what', () => {
	const exported = Object.values(packages).flatMap((each) => Object.entries<unknown>(each));
	const ours = new Set([
		...exported.flatMap(([name, value]) => [name, ...methodsOf(value)]),
		...methodsOf(nn.dataset([]).constructor),
		...declaredNames(),
	]);
	/** What stands for a user's own values, and words of JavaScript. */
	const own =
		/^([a-z]|net|key|loss|data|gradients|labels|scores|cotangent|optimizer|parameters|mask|true|null|new|length)$/;

	test.each(pages.filter((file) => file.startsWith('site/from/')))('%s', (file) => {
		const names = oursIn(file).flatMap(
			(each) => each.replaceAll(/'[^']*'/g, '').match(/[A-Za-z]\w*/g) ?? [],
		);
		expect(names.length).toBeGreaterThan(30);
		expect(names.filter((name) => !ours.has(name) && !own.test(name))).toEqual([]);
	});
});
