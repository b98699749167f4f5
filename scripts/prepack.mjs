// Run in a package before it is packed, or published: refuses what would make a tarball that cannot be installed,
// and makes what the tarball holds.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './bundle.mjs';

const { name } = JSON.parse(readFileSync('package.json', 'utf8'));
const { npm_config_user_agent: agent = 'node', PULLBACK_BUILT } = process.env;
const packer = agent.split(/[/ ]/)[0];
if (packer !== 'pnpm') {
	console.error(
		`pack: found ${packer}, which would leave "workspace:^" for a version in the tarball of ${name}, so that no project could install it; needed pnpm; run "npm run pack" at the root of the clone, which packs every package`,
	);
	process.exit(1);
}

// `npm run pack` has built all packages at once.
if (PULLBACK_BUILT !== 'yes') {
	const build = spawnSync('tsc', ['-b'], { stdio: 'inherit', shell: process.platform === 'win32' });
	if (build.status !== 0) process.exit(build.status ?? 1);
}

// The compiler leaves what it once made of a source that is no more.
for (const file of readdirSync('dist', { recursive: true, encoding: 'utf8' })) {
	const source = file.replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts');
	if (source !== file && !existsSync(join('src', source))) rmSync(join('dist', file));
}

await bundle();
