import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { excluded } from './excluded.ts';
import { firefox } from './firefox.ts';
import { browserOf, pathOf } from './installed.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const { FC_RUNS, FC_SEED } = process.env;

/** Threads can share memory in pages that are served with these. */
const isolating = {
	'Cross-Origin-Opener-Policy': 'same-origin',
	'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** What opens pages, in each browser that tests can run in. */
const providers = {
	chromium: () =>
		playwright({
			launchOptions: {
				executablePath: pathOf('chromium'),
				args: [
					'--no-sandbox', // containers and root cannot have it, and the pages are our own
					'--disable-quic',
					'--no-first-run',
					'--disable-background-networking',
					'--disable-component-update',
					'--disable-sync',
				],
			},
		}),
	firefox,
};

const browser = browserOf(process.env);

/** Tests in pages that are served with the given headers. */
function project(
	name: string,
	headers: Readonly<Record<string, string>>,
	include: string[],
): TestProjectInlineConfiguration {
	return {
		root,
		resolve: { conditions: ['@pullback/source', 'browser', 'import', 'module', 'default'] },
		server: { headers },
		// All that tests know of the process that they run in.
		define: { 'process.env': JSON.stringify({ FC_RUNS, FC_SEED }) },
		test: {
			name,
			include,
			exclude: [...excluded, '**/*.measured.test.ts'],
			setupFiles: [`${root}testing/setup.ts`],
			globalSetup: [`${root}browser/prepare.ts`],
			testTimeout: 60_000,
			browser: {
				enabled: true,
				headless: true,
				screenshotFailures: false,
				provider: providers[browser](),
				instances: [{ browser }],
			},
		},
	};
}

export default defineConfig({
	test: {
		projects: [
			project('isolated', isolating, [
				'browser/test/isolated/*.test.ts',
				'packages/core/test/*.test.ts',
			]),
			// What nn computes does not depend on threads, which core is tested with.
			project('plain', {}, ['browser/test/plain/*.test.ts', 'packages/nn/test/**/*.test.ts']),
		],
	},
});
