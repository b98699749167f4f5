import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

/**
 * A command of the pinned pnpm at the root of the workspace, as spawnSync runs it.
 *
 * @param {readonly string[]} args
 * @param {import('node:child_process').StdioOptions} stdio
 */
export function pnpm(args, stdio) {
	const { packageManager } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
	return spawnSync('npx', ['-y', packageManager.split('+')[0], ...args], {
		cwd: root,
		encoding: 'utf8',
		stdio,
		shell: process.platform === 'win32',
	});
}
