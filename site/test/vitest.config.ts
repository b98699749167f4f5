import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// npm run test:site: the built site in a real browser.
export default defineConfig({
	test: {
		root: fileURLToPath(new URL('.', import.meta.url)),
		include: ['**/*.test.ts'],
		/** Milliseconds: pages train nets. */
		testTimeout: 120_000,
		// What pages do by the clock is true of a machine that does nothing else.
		fileParallelism: false,
	},
});
