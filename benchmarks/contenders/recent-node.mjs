import { spawnSync } from 'node:child_process';

/** @type {string | undefined} */
let recentNode;

/**
 * A Node of this version or later: this one, or version 24, which npm fetches.
 *
 * @param {number} version 24 at the most
 */
export function nodeFrom(version) {
	if (Number(process.versions.node.split('.')[0]) >= version) return process.execPath;
	recentNode ??= spawnSync('npx', ['-y', 'node@24', '-p', 'process.execPath'], {
		encoding: 'utf8',
		shell: process.platform === 'win32',
		timeout: 120_000,
	}).stdout?.trim();
	if (!recentNode) throw new Error(`no Node from version ${version} on`);
	return recentNode;
}
