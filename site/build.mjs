// npm run site: the site as static files in .vitepress/dist. A dead link ends it.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { installIn } from '../scripts/installIn.mjs';
import { writeApi } from './api.mjs';
import { writeCompletions } from './completions.mjs';

const site = new URL('./', import.meta.url);
installIn(site, 'what builds the site');

const failed = writeApi();
if (failed !== 0) process.exit(failed);
writeCompletions();
const { status } = spawnSync(
	process.execPath,
	[fileURLToPath(new URL('node_modules/vitepress/bin/vitepress.js', site)), 'build', '.'],
	{ cwd: site, stdio: 'inherit' },
);
process.exit(status ?? 1);
