import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { browserOf } from '../../browser/installed.ts';
import { sources } from '../.vitepress/sources.mjs';

/** Playwright drives no Firefox as it is installed: what it is for has tests of its own. */
const folders = { chromium: 'test', firefox: 'firefox' };

// npm run test:site: the built site in a real browser, the one that BROWSER names.
export default defineConfig({
	resolve: { alias: sources() },
	test: {
		root: fileURLToPath(new URL('..', import.meta.url)),
		include: [`${folders[browserOf(process.env)]}/**/*.test.ts`],
		/** Milliseconds: pages train nets. */
		testTimeout: 120_000,
		// Milliseconds: what comes of a click comes soon, unless the machine is busy.
		expect: { poll: { timeout: 20_000 } },
		// What pages do by the clock is true of a machine that does nothing else.
		fileParallelism: false,
	},
});
