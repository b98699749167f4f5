import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * Installs what a folder with a lockfile of its own needs, unless the last install was of this lockfile.
 *
 * @param {URL} folder ends in a slash
 * @param {string} what as in "Installing what ..."
 */
export function installIn(folder, what) {
	const installed = new URL('node_modules/.installed-lock.json', folder);
	const wanted = readFileSync(new URL('package-lock.json', folder), 'utf8');
	if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return;
	console.error(`Installing ${what} ...`);
	const run = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
		cwd: folder,
		stdio: ['ignore', 2, 2], // standard output is for the result
		shell: process.platform === 'win32',
		timeout: 600_000,
	});
	if (run.status === 0) writeFileSync(installed, wanted);
	else console.error('npm could not install it; going on with what is there.');
}
