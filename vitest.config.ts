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

/** The tests of the modes `npm test` leaves to commands of their own. */
const included: Readonly<Record<string, readonly string[]>> = {
	/** Programs of users: those of the book, chapter by chapter, and what people build. */
	programs: ['examples/{test,verify}/**/*.test.ts'],
	/** What takes minutes, by commands of its own. */
	long: ['packages/*/test/**/*.long.ts', 'examples/test/*.long.ts'],
};
/** And those of the comparisons with peers. */
const benchmarks: Readonly<Record<string, string[]>> = {
	programs: ['scoreboard/*.test.mjs'],
	// PyTorch takes a minute to be asked.
	long: ['gradcheck/*.test.mjs'],
};
const ofPackages = ['packages/*/test/**/*.test.ts', 'testing/*.test.ts'];

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
		globalSetup: fileURLToPath(new URL('testing/bundle.ts', import.meta.url)),
		testTimeout,
		maxWorkers,
		projects: [
			{
				extends: true,
				test: {
					// All packages are one project: each that is another loads them anew, in processes of its own.
					name: 'tests',
					include: [...(included[mode] ?? ofPackages)],
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
					include: benchmarks[mode] ?? [],
					testTimeout,
					maxWorkers,
				},
			},
			{
				extends: true,
				test: {
					name: 'measured',
					include: mode in included ? [] : [`packages/*/test/${measured}`],
					setupFiles,
					// Once all others have ended, each file in a process of its own.
					isolate: true,
					sequence: { groupOrder: 1 },
				},
			},
		],
	},
}));
