// npm run release:runtimes: the tarballs in an empty project outside of the workspace, under each runtime and in each kind
// of page that they are for, on Linux of x64. All must train to the same bits.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NotInstalledError, pathOf } from '../browser/installed.ts';
import { installIn } from '../scripts/installIn.mjs';
import { printedIn, writePages } from './inBrowser.mjs';

const here = new URL('./runtimes/', import.meta.url);
installIn(here, 'Node 22, 24 and 26, Bun and Deno');
const modules = fileURLToPath(new URL('node_modules/', here));

/** The arguments that run a program, by the name of the runtime. @type {Record<string, readonly string[]>} */
const runtimes = {
	[`Node ${process.versions.node}`]: [process.execPath],
	'Node 22': [`${modules}node-22/bin/node`],
	'Node 24': [`${modules}node-24/bin/node`],
	'Node 26': [`${modules}node-26/bin/node`],
	Bun: [`${modules}@oven/bun-linux-x64/bin/bun`],
	Deno: [process.execPath, `${modules}deno/bin.cjs`, 'run', '--allow-all'],
};

/**
 * How a command ends that is run in a folder.
 *
 * @param {string} folder
 * @param {readonly string[]} command
 */
function ran(folder, [program = '', ...args]) {
	const { status, stdout, stderr, error } = spawnSync(program, args, {
		cwd: folder,
		encoding: 'utf8',
		timeout: 300_000,
	});
	return {
		isWell: status === 0,
		text: `${stdout}${status === 0 ? '' : `${stderr}${error ?? ''}`}`.trim(),
	};
}

const folder = mkdtempSync(join(tmpdir(), 'pullback-'));
try {
	const root = fileURLToPath(new URL('../', import.meta.url));
	const packed = ran(root, [process.execPath, `${root}scripts/pack.mjs`, folder]);
	if (!packed.isWell) throw new Error(packed.text);
	writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
	const tarballs = readdirSync(folder).filter((name) => /^pullback-(core|nn)-.*\.tgz$/.test(name));
	const install = [
		'npm',
		'install',
		'--no-audit',
		'--no-fund',
		...tarballs.map((name) => `./${name}`),
	];
	const installed = ran(folder, install);
	if (!installed.isWell) throw new Error(installed.text);
	copyFileSync(new URL('train.mjs', here), join(folder, 'train.mjs'));

	const found = Object.entries(runtimes).map(([name, command]) => {
		const { isWell, text } = ran(folder, [...command, 'train.mjs']);
		console.log(`${name.padEnd(17)} ${isWell ? '' : 'FAILED '}${text}`);
		return isWell ? text : null;
	});
	try {
		const chromium = pathOf('chromium');
		await writePages(folder, 'train.mjs', ['@pullback/core', '@pullback/nn']);
		const printed = await printedIn(chromium, folder, ['plain.html', 'site/worker.html']);
		for (const [i, name] of ['Chromium, page', 'Chromium, Worker'].entries())
			console.log(`${name.padEnd(17)} ${printed[i]}`);
		found.push(...printed);
	} catch (error) {
		if (!(error instanceof NotInstalledError)) throw error;
		console.log(`Chromium          not run: ${error.message}`);
	}
	if (new Set(found).size > 1 || found.includes(null)) {
		console.error(
			'found other bits than on this Node, or none; needed the same under every runtime',
		);
		process.exitCode = 1;
	}
} finally {
	rmSync(folder, { recursive: true });
}
