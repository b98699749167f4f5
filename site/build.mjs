// npm run site: the site as static files in .vitepress/dist. A dead link ends it.
import { spawnSync } from 'node:child_process';
import { installIn } from '../scripts/installIn.mjs';
import { writeApi } from './api.mjs';

const site = new URL('./', import.meta.url);
installIn(site, 'what builds the site');

const failed = writeApi();
if (failed !== 0) process.exit(failed);
for (const program of [
	['completions.mjs'],
	['../node_modules/typescript/bin/tsc', '-b', 'playground', 'firefox'],
	// Of the .vue files, by the compiler of typedoc: that of everything else has no interface yet by which they are read.
	['node_modules/vue-tsc/bin/vue-tsc.js', '-p', 'tsconfig.vue.json'],
	['node_modules/vitepress/bin/vitepress.js', 'build', '.'],
]) {
	const { status } = spawnSync(process.execPath, program, { cwd: site, stdio: 'inherit' });
	if (status !== 0) process.exit(status ?? 1);
}
