import { spawnSync } from 'node:child_process';

/** @type {string | undefined} */
let recentNode;

/** A Node of version 22 or later: this one, or one that npm fetches. */
export function nodeFrom22() {
	if (Number(process.versions.node.split('.')[0]) >= 22) return process.execPath;
	recentNode ??= spawnSync('npx', ['-y', 'node@24', '-p', 'process.execPath'], {
		encoding: 'utf8',
		shell: process.platform === 'win32',
		timeout: 120_000,
	}).stdout?.trim();
	if (!recentNode) throw new Error('no Node from version 22 on');
	return recentNode;
}
