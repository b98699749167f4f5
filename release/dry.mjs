// npm run release:dry: the tarballs of all packages, and whether they could be published as they are. Publishes nothing.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { installIn } from '../scripts/installIn.mjs';

installIn(new URL('./', import.meta.url), 'what checks tarballs');
const { publint } = await import('publint');
const { formatMessage } = await import('publint/utils');

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = `${root}tarballs/`;
let wrong = 0;

/**
 * Says how a check ended, with what it found.
 *
 * @param {string} what
 * @param {readonly string[]} findings
 */
function tell(what, findings) {
	console.log(`${findings.length === 0 ? 'well ' : 'WRONG'}  ${what}`);
	for (const finding of findings)
		console.log(`       ${finding.trim().replaceAll('\n', '\n       ')}`);
	wrong += findings.length;
}

/**
 * What a program says that ends badly.
 *
 * @param {string} program
 * @param {readonly string[]} args
 */
function complaints(program, args) {
	const { status, stdout, stderr, error } = spawnSync(process.execPath, [program, ...args], {
		cwd: root,
		encoding: 'utf8',
		env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
		timeout: 300_000,
	});
	return status === 0 ? [] : [`${error ?? ''}${stdout}${stderr}`];
}

tell('packed', complaints(`${root}scripts/pack.mjs`, []));
const tarballs = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
for (const name of tarballs) {
	const bytes = readFileSync(folder + name);
	const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
	const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
	tell(
		`publint: ${name}, ${(bytes.length / 1000).toFixed(0)} kB`,
		messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code),
	);
	const attw = `${root}release/node_modules/@arethetypeswrong/cli/dist/index.js`;
	tell(
		`types in every way of resolving them: ${name}`,
		complaints(attw, [folder + name, '--profile', 'esm-only', '--no-emoji', '--no-color']),
	);
}
const sizes = spawnSync(
	process.execPath,
	[`${root}release/node_modules/size-limit/bin.js`, '--json'],
	{ cwd: `${root}release`, encoding: 'utf8', timeout: 300_000 },
);
if (sizes.status !== 0 && !sizes.stdout.startsWith('[')) tell('sizes', [sizes.stderr]);
/** @type {{ name: string, size: number, sizeLimit: number, passed: boolean }[]} */ else
	JSON.parse(sizes.stdout).forEach(({ name, size, sizeLimit, passed }) => {
		tell(
			`${name}: ${size} bytes of ${sizeLimit}`,
			passed ? [] : ['beyond its budget in release/.size-limit.json'],
		);
	});

const { repository } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
if (repository === undefined)
	console.log(
		'note   package.json at the root has no repository: fill in repository, homepage and bugs there before publishing; every tarball takes them over',
	);
process.exitCode = wrong === 0 ? 0 : 1;
