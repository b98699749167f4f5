import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const here = new URL('./', import.meta.url);
const lock = new URL('package-lock.json', here);
const installed = new URL('node_modules/.installed-lock.json', here);

/** Installs the peers that npm has, unless the last install was of this lockfile. */
export function install() {
	const wanted = readFileSync(lock, 'utf8');
	if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return;
	console.error('Installing the peers that npm has ...');
	const run = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
		cwd: here,
		stdio: ['ignore', 2, 2], // standard output is for the result
		shell: process.platform === 'win32',
		timeout: 600_000,
	});
	if (run.status === 0) writeFileSync(installed, wanted);
	else console.error('npm could not install them; going on with those that are there.');
}
