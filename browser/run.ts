// npm run test:browser: the tests in the browser that BROWSER names, which must be installed. With --if-installed, a line
// says so where it is not, and that is all. Other arguments are vitest's.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { browserOf, NotInstalledError, pathOf } from './installed.ts';

const flag = '--if-installed';
const given = process.argv.slice(2);

/** Runs the tests; returns the exit status. */
function run(): number {
	try {
		pathOf(browserOf(process.env));
	} catch (error) {
		if (error instanceof NotInstalledError && given.includes(flag)) {
			console.log(`test:browser: not run: ${error.message}`);
			return 0;
		}
		console.error(`test:browser: ${error instanceof Error ? error.message : error}`);
		return 1;
	}
	const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
	const config = fileURLToPath(new URL('vitest.config.ts', import.meta.url));
	const rest = given.filter((argument) => argument !== flag);
	const { status } = spawnSync(process.execPath, [vitest, 'run', '--config', config, ...rest], {
		stdio: 'inherit',
	});
	return status ?? 1;
}

process.exitCode = run();
