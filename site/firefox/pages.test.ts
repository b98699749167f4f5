import { readdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { pathOf } from '../../browser/installed.ts';
import { sections } from '../pages.ts';
import { isBuilt, siteServer } from '../server.mjs';
import { drawIn, drawings } from '../test/drawings.ts';

// What the site is for, in Firefox as it is installed; `../test` holds the same pages to more, in Chromium.

const server = siteServer();
let browser: Browser;
let origin = '';
let page: Page;
let faults: string[] = [];

beforeAll(async () => {
	if (!isBuilt()) throw new Error('the site has not been built: npm run site builds it');
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	const { port } = server.address() as AddressInfo; // it listens on a port, not on a pipe
	origin = `http://127.0.0.1:${port}`;
	browser = await puppeteer.launch({ browser: 'firefox', executablePath: pathOf('firefox') });
});
afterAll(async () => {
	await browser.close();
	server.closeAllConnections();
	server.close();
});
beforeEach(async () => {
	faults = [];
	page = await browser.newPage();
	await page.setViewport({ width: 1280, height: 900 });
	page.on('console', (message) => {
		if (message.type() === 'error') faults.push(message.text());
	});
	page.on('pageerror', (error) => faults.push(String(error)));
	page.on('request', (request) => {
		const url = request.url();
		if (/^https?:/.test(url) && !url.startsWith(origin)) faults.push(`asked for ${url}`);
	});
});
// An error on the console, one that was thrown, or a request to another host.
afterEach(async () => {
	await page.close();
	expect(faults).toEqual([]);
});

const visit = (path: string) => page.goto(`${origin}/${path}`);

/** The text of what is shown there, once it is like that. */
async function textOf(selector: string, expected: RegExp): Promise<string> {
	let text = '';
	await expect
		.poll(
			async () => {
				text = await page.evaluate(
					(all) => document.querySelector(all)?.textContent ?? '',
					selector,
				);
				return text;
			},
			{ timeout: 60_000 },
		)
		.toMatch(expected);
	return text;
}

const press = (name: string) => page.locator(`::-p-aria([name="${name}"][role="button"])`).click();

const api = readdirSync(new URL('../api/', import.meta.url)).map(
	(file) => `api/${file.replace('.md', '')}`,
);

test.each(['', ...sections.flatMap((section) => section.pages), ...api])(
	'/%s shows its heading',
	async (path) => {
		expect((await visit(path))?.ok()).toBe(true);
		await textOf('h1', /./);
	},
);

describe('the playground', () => {
	test('runs every example', async () => {
		await visit('playground');
		await page.waitForSelector('.cm-content');
		const names = await page.evaluate(() =>
			Array.from(document.querySelectorAll('select option'), (option) =>
				option instanceof HTMLOptionElement ? option.value : '',
			),
		);
		expect(names.length).toBeGreaterThanOrEqual(20);
		// The page runs an example when it is chosen; the first is there, and waits.
		for (const name of [...names.slice(1), ...names.slice(0, 1)]) {
			await page.select('select', name);
			const status = await textOf('.status', /^(Ended|Failed) after/);
			expect(`${name}: ${status}`).toMatch(/: Ended/);
		}
	});

	test('ends a program that does not end, by its button', async () => {
		await visit('playground');
		await page.waitForSelector('.cm-content');
		await page.click('.cm-content');
		await page.keyboard.down('Control');
		await page.keyboard.press('a');
		await page.keyboard.up('Control');
		await page.keyboard.type('for (;;) {}');
		await press('Run');
		await textOf('.status', /^Running$/);
		await press('Stop');
		await textOf('.status', /^Stopped$/);
	});
});

test('MNIST trains on several threads, and a digit that is drawn is read', async () => {
	await visit('mnist');
	await press('Train');
	await textOf('.mnist-page > .actions .status', /^Training on ([2-9]|\d\d+) threads$/);
	await textOf('.figures', /9\d\.\d+ %/);
	const area = await page.waitForSelector('.area canvas');
	if (area === null) throw new Error('there is no drawing area');
	for (const [digit, strokes] of Object.entries(drawings)) {
		await area.scrollIntoView();
		const box = await area.boundingBox();
		if (box === null) throw new Error('the drawing area is not shown');
		await drawIn(box, page.mouse, strokes);
		await textOf('[data-testid=read]', new RegExp(`^${digit}$`));
		await press('Clear');
	}
});
