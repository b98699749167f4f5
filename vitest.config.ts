import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Tests, and the packages that they import, run from src: nothing need be built first.
const conditions = ['@pullback/source'];
/** Packages by their names where none are installed: in the examples of the playground, which are programs as users write them. */
const alias = [
	{
		find: /^@pullback\/(core|nn|verify|pictures)$/,
		replacement: fileURLToPath(new URL('packages/$1/src/index.ts', import.meta.url)),
	},
];
const setupFiles = [fileURLToPath(new URL('testing/setup.ts', import.meta.url))];
/** Milliseconds: a busy machine is slow. */
const testTimeout = 60_000;
/** All of the machine: by default, one of two cores is left idle. */
const maxWorkers = '100%';
/** Tests by the work that a process does, or by its memory. */
const measured = '**/*.measured.test.ts';

// `--mode long` runs what takes minutes instead, and has a command of its own.
export default defineConfig(({ mode }) => ({
	resolve: { alias },
	ssr: { resolve: { conditions } },
	test: {
		env: {
			// Every plan that a test compiles is proved to be valid.
			PULLBACK_VALIDATE: '1',
			// Files are run side by side, one for each core: threads of one would wait for those of another. Tests of threads
			// ask for them.
			PULLBACK_THREADS: '1',
		},
		testTimeout,
		maxWorkers,
		projects: [
			{
				extends: true,
				test: {
					// All packages are one project: each that is another loads them anew, in processes of its own.
					name: 'tests',
					include:
						mode === 'long'
							? ['packages/*/test/**/*.long.ts', 'examples/test/*.long.ts']
							: ['{packages/*,examples}/{test,verify}/**/*.test.ts', 'testing/*.test.ts'],
					exclude: [measured, '**/node_modules/**'],
					setupFiles,
					// Files change nothing that others see.
					isolate: false,
				},
			},
			{
				// They compare the built packages with others.
				ssr: { resolve: { conditions: ['node'] } },
				test: {
					name: 'benchmarks',
					root: 'benchmarks',
					// PyTorch takes a minute to be asked.
					include: [mode === 'long' ? 'gradcheck/*.test.mjs' : 'scoreboard/*.test.mjs'],
					testTimeout,
					maxWorkers,
				},
			},
			{
				extends: true,
				test: {
					name: 'measured',
					include: mode === 'long' ? [] : [`{packages/*,examples}/test/${measured}`],
					setupFiles,
					// Once all others have ended, each file in a process of its own.
					isolate: true,
					sequence: { groupOrder: 1 },
				},
			},
		],
	},
}));
