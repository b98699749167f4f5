import { readdirSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { sections } from '../pages.ts';
import { test } from './siteTest.ts';

const api = readdirSync(new URL('../api/', import.meta.url)).map(
	(file) => `api/${file.replace('.md', '')}`,
);
const pages = ['', ...sections.flatMap((section) => section.pages), ...api];

/** Whether anything is wider than the window, so that one must scroll sideways. */
const overflows = (): boolean =>
	document.documentElement.scrollWidth > document.documentElement.clientWidth;

describe.each(pages)('/%s', (path) => {
	test('shows its heading, without an error on the console or a request to another host', async ({
		visit,
	}) => {
		const page = await visit(path);
		expect(await page.locator('h1').first().isVisible()).toBe(true);
	});

	test('fits the width of a phone', async ({ visit }) => {
		const page = await visit(path, { width: 360 });
		expect(await page.evaluate(overflows)).toBe(false);
	});
});
