import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright';
import { test as base, expect } from 'vitest';
import { pathOf } from '../../browser/installed.ts';
import { isBuilt, siteServer } from '../server.mjs';

/** How a page is opened. */
interface Visit {
	/** Of the window, in CSS pixels: 1280 unless told, as on a desktop. */
	readonly width?: number;
	/** Whether the reader prefers dark pages. */
	readonly dark?: boolean;
	/** Whether the host sends the headers that give pages threads; it does unless told. */
	readonly isolated?: boolean;
}

interface Fixtures {
	/** Opens a page of the site, by its path without `.html`, in a profile of its own. */
	readonly visit: (path: string, options?: Visit) => Promise<Page>;
}

interface FileFixtures {
	readonly browser: Browser;
	readonly origins: { readonly isolated: string; readonly plain: string };
}

/** Starts a server on a free port of loopback; returns where it is, and what ends it. */
async function started(isolated: boolean): Promise<readonly [string, () => void]> {
	const server = siteServer({ isolated });
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	const { port } = server.address() as AddressInfo; // it listens on a port, not on a pipe
	const end = (): void => {
		server.closeAllConnections();
		server.close();
	};
	return [`http://127.0.0.1:${port}`, end];
}

/**
 * A test that visits pages of the built site in Chromium. It fails, too, where a page has written an error on its console,
 * thrown one, or asked any other host for anything.
 */
export const test = base.extend<Fixtures & FileFixtures>({
	browser: [
		async ({ task: _ }, use) => {
			const browser = await chromium.launch({ executablePath: pathOf('chromium') });
			await use(browser);
			await browser.close();
		},
		{ scope: 'file' },
	],
	origins: [
		async ({ task: _ }, use) => {
			if (!isBuilt()) throw new Error('the site has not been built: npm run site builds it');
			const [isolated, endIsolated] = await started(true);
			const [plain, endPlain] = await started(false);
			await use({ isolated, plain });
			endIsolated();
			endPlain();
		},
		{ scope: 'file' },
	],
	visit: async ({ browser, origins }, use) => {
		const faults: string[] = [];
		const contexts: Awaited<ReturnType<Browser['newContext']>>[] = [];
		await use(async (path, { width = 1280, dark = false, isolated = true } = {}) => {
			const origin = isolated ? origins.isolated : origins.plain;
			const context = await browser.newContext({
				viewport: { width, height: 800 },
				colorScheme: dark ? 'dark' : 'light',
				reducedMotion: 'reduce',
			});
			contexts.push(context);
			const page = await context.newPage();
			page.on('console', (message) => {
				if (message.type() === 'error') faults.push(`${path}: ${message.text()}`);
			});
			page.on('pageerror', (error) => faults.push(`${path}: ${error}`));
			page.on('request', (request) => {
				const url = request.url();
				if (/^https?:/.test(url) && !url.startsWith(origin))
					faults.push(`${path}: asked for ${url}`);
			});
			await page.goto(`${origin}/${path}`);
			return page;
		});
		for (const context of contexts) await context.close();
		expect(faults).toEqual([]);
	},
});
