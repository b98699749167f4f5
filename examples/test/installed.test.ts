import { spawnSync } from 'node:child_process';
import {
	copyFileSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { built } from '../../testing/built.ts';

// What a project of one's own gets: tarballs as `npm run pack` makes them, installed by npm, outside of the workspace.
// Nothing is fetched, so that the tests run offline.

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What these tests read of a package.json. */
interface Manifest {
	readonly name: string;
	readonly version: string;
	readonly scripts?: { readonly prepack?: string };
	readonly exports: Readonly<Record<string, unknown>>;
	/** What takes the place of fields when it is packed. */
	readonly publishConfig?: { readonly exports: Readonly<Record<string, unknown>> };
	readonly bin?: Readonly<Record<string, string>>;
	readonly dependencies?: Readonly<Record<string, string>>;
	readonly peerDependencies?: Readonly<Record<string, string>>;
}

const manifestOf = (folder: string): Manifest =>
	JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

const packages = readdirSync(join(root, 'packages'))
	.map((name) => ({ name, folder: join(root, 'packages', name) }))
	.filter(({ folder }) => existsSync(join(folder, 'package.json')))
	.map((found) => ({ ...found, manifest: manifestOf(found.folder) }));

/** The environment of a user's shell: without what npm, Node and vitest were told for these tests. */
const environment = Object.fromEntries(
	Object.entries(process.env).filter(([name]) => !/^(npm_|node_|vitest|pullback_)/i.test(name)),
);

/** How a command ends that is run in a folder, and what it prints. */
function ran(folder: string, command: string, ...args: readonly string[]) {
	const { status, stdout, stderr } = spawnSync(command, args, {
		cwd: folder,
		encoding: 'utf8',
		env: environment,
		timeout: 120_000,
	});
	return { status, stdout, stderr };
}

/** What a command prints that ends well, and has no notice of ours to give. */
function printed(folder: string, command: string, ...args: readonly string[]): string {
	const { status, stdout, stderr } = ran(folder, command, ...args);
	const notices = stderr.split('\n').filter((line) => line.startsWith('pullback:'));
	expect({ status, notices, stderr }).toEqual({ status: 0, notices: [], stderr });
	return stdout.trim();
}

/** A command that the workspace has installed. */
const installed = (command: string): string => join(root, 'node_modules/.bin', command);

const outside = mkdtempSync(join(tmpdir(), 'pullback-'));
const tarballs = join(outside, 'tarballs');
afterAll(() => rmSync(outside, { recursive: true }));

/** A new project that has installed packages by npm, from their tarballs alone and what a registry would have given. */
function project(
	name: string,
	chosen: typeof packages,
	fromRegistry: ReadonlyMap<string, string> = new Map(),
): string {
	const folder = join(outside, name);
	mkdirSync(folder);
	writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
	for (const [dependency, found] of fromRegistry) {
		mkdirSync(join(folder, 'node_modules', dependency, '..'), { recursive: true });
		symlinkSync(found, join(folder, 'node_modules', dependency), 'junction');
	}
	const files = chosen.map(({ name, manifest: { version } }) =>
		join(tarballs, `pullback-${name}-${version}.tgz`),
	);
	const offline = ['--offline', '--cache', join(outside, 'cache')];
	printed(folder, 'npm', 'install', ...offline, ...files);
	return folder;
}

/** Everything that packages need and do not bring, and where the workspace has it. */
function needed(): Map<string, string> {
	const found = new Map<string, string>();
	for (const { folder, manifest } of packages)
		for (const dependency of Object.keys({
			...manifest.dependencies,
			...manifest.peerDependencies,
		}))
			if (!dependency.startsWith('@pullback/')) {
				const places = [folder, root].map((place) => join(place, 'node_modules', dependency));
				found.set(dependency, realpathSync(places.find(existsSync) ?? dependency));
			}
	return found;
}

let small = ''; // the project that has what the net of the README needs
let whole = ''; // the project that has every package

beforeAll(() => {
	// They are packed as they are built.
	for (const { name } of packages) built(`packages/${name}`, 'dist/index.js');
	const { status, stderr } = spawnSync(process.execPath, ['scripts/pack.mjs', tarballs], {
		cwd: root,
		encoding: 'utf8',
		// Without a network, npm takes pnpm from its cache at once.
		env: { ...process.env, npm_config_fetch_retries: '0' },
	});
	expect({ status, stderr }).toEqual({ status: 0, stderr });
	small = project(
		'small',
		packages.filter(({ name }) => name === 'core' || name === 'nn'),
	);
	whole = project('whole', packages, needed());
}, 300_000);

test('the net of the README learns in an empty project, in TypeScript and in plain JavaScript', () => {
	copyFileSync(join(root, 'examples/readme.ts'), join(small, 'net.ts'));
	copyFileSync(built('examples', 'dist/readme.js'), join(small, 'net.js'));
	expect(printed(small, installed('tsx'), 'net.ts')).toBe('[ 0, 1, 1, 0 ]');
	expect(printed(small, process.execPath, 'net.js')).toBe('[ 0, 1, 1, 0 ]');
});

const entries = packages.flatMap(({ manifest }) =>
	Object.keys(manifest.exports)
		.filter((path) => !path.endsWith('.json'))
		.map((path) => `${manifest.name}${path.slice(1)}`),
);

test('every entry of every package is found, and its types are right, without any setting of this workspace', () => {
	const imports = entries.map((entry, i) => `import * as entry${i} from '${entry}';\n`).join('');
	const program = `${imports}console.log(${entries.map((_, i) => `Object.keys(entry${i}).length > 0`)});\n`;
	for (const name of ['entries.ts', 'entries.js']) writeFileSync(join(whole, name), program);
	expect(printed(whole, process.execPath, 'entries.js')).toBe(entries.map(() => 'true').join(' '));

	copyFileSync(join(root, 'examples/readme.ts'), join(whole, 'net.ts'));
	for (const resolution of [
		{ module: 'node16' },
		{ module: 'esnext', moduleResolution: 'bundler' },
	]) {
		const compilerOptions = {
			strict: true,
			noEmit: true,
			skipLibCheck: false,
			target: 'es2023',
			types: [],
			...resolution,
		};
		const settings = { compilerOptions, files: ['entries.ts', 'net.ts'] };
		writeFileSync(join(whole, 'tsconfig.json'), JSON.stringify(settings));
		expect(ran(whole, installed('tsc'), '-p', '.')).toEqual({ status: 0, stdout: '', stderr: '' });
	}
});

test('the commands of packages run where they are installed, and find the digits', () => {
	for (const { manifest } of packages)
		for (const command of Object.keys(manifest.bin ?? {}))
			expect(printed(whole, join(whole, 'node_modules/.bin', command), '--help')).not.toBe('');
	const trained = ['--iterations', '1', '--json'];
	const command = join(whole, 'node_modules/.bin/pullback-mnist');
	const { status, stdout } = ran(whole, command, ...trained);
	expect(status).toBe(0);
	expect(JSON.parse(stdout)).toMatchObject({ iterations: 1 });
	const net = "import { pretrained } from '@pullback/mnist';\nawait pretrained('convnet');\n";
	writeFileSync(join(whole, 'pretrained.js'), net);
	expect(printed(whole, process.execPath, 'pretrained.js')).toBe('');
});

test('what vite builds of a net that imports packages learns, and holds no more than it needs', async () => {
	copyFileSync(join(root, 'examples/readme.ts'), join(whole, 'page.ts'));
	writeFileSync(join(whole, 'page.html'), '<script type="module" src="./page.ts"></script>');
	const { build } = await import('vite');
	await build({
		root: whole,
		logLevel: 'error',
		configFile: false,
		build: { outDir: 'site', modulePreload: false, rolldownOptions: { input: 'page.html' } },
	});
	const [script = '', ...others] = filesIn(join(whole, 'site')).filter((file) => /js$/.test(file));
	expect(others).toEqual([]);
	expect(printed(whole, process.execPath, join('site', script))).toBe('[ 0, 1, 1, 0 ]');
	// An export of nn that the net leaves alone.
	const text = readFileSync(join(whole, 'site', script), 'utf8');
	expect(text).not.toContain('LBFGS');
});

/** Every file below a folder, with slashes between names, in order. */
const filesIn = (folder: string): string[] =>
	readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
		.map((file) => file.split(sep).join('/'))
		.sort();

/** What is built of a source; of packages that publish a bundle, that is in the place of modules. */
const madeOf = (file: string, bundled: boolean): string[] =>
	[...(bundled ? [] : ['.js', '.js.map']), '.d.ts', '.d.ts.map'].map(
		(end) => `dist/${file.slice(0, -'.ts'.length)}${end}`,
	);

test.each(packages)(
	'a tarball holds the sources, what they are built to, the licence, and nothing else: $name',
	({ folder, manifest }) => {
		const sources = filesIn(join(folder, 'src'));
		const bundled = manifest.publishConfig !== undefined;
		const built = sources.flatMap((file) => madeOf(file, bundled));
		const commands = Object.values(manifest.bin ?? {}).map((file) => file.replace(/^\.\//, ''));
		const weights = existsSync(join(folder, 'weights'))
			? filesIn(join(folder, 'weights')).map((file) => `weights/${file}`)
			: [];
		const texts = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'];
		const expected = [
			...sources.map((file) => `src/${file}`),
			...built,
			...commands,
			...weights,
			...texts,
		];
		const unpacked = join(whole, 'node_modules', manifest.name);
		const isPart = (file: string) => bundled && /^bundle\/[\w-]+\.js$/.test(file);
		expect(filesIn(unpacked).filter((file) => !isPart(file))).toEqual(expected.sort());
		expect(JSON.stringify(manifestOf(unpacked))).not.toContain('workspace:');
	},
);

test('npm by itself is refused, with what to run instead', () => {
	for (const { manifest } of packages)
		expect(manifest.scripts?.prepack, manifest.name).toBe('node ../../scripts/prepack.mjs');
	const { status, stderr } = ran(join(root, 'packages/nn'), 'npm', 'pack', '--dry-run');
	expect(status).not.toBe(0);
	expect(stderr).toContain('pack: found npm, which would leave "workspace:^" for a version');
	expect(stderr).toContain('run "npm run pack" at the root of the clone');
});

test('the tarballs that the README installs are those that are made', () => {
	const named = readFileSync(join(root, 'README.md'), 'utf8').match(/pullback-[^\s/]*\.tgz/g) ?? [];
	expect(named).not.toEqual([]);
	expect(readdirSync(tarballs)).toEqual(expect.arrayContaining(named));
});
