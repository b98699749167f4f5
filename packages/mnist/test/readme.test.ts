import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { book } from '../src/commands/book.ts';
import { commands } from '../src/commands/table.ts';
import { finish, small, startIn } from './command.ts';
import { temporaryFolder } from './idxFiles.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const readme = join(root, 'README.md');

/** What the README has of `npm run mnist`, as the words that follow it. */
function commandLines(): string[][] {
	const blocks = readFileSync(readme, 'utf8').matchAll(/^```sh\n([\s\S]*?)^```$/gm);
	return Array.from(blocks, ([, code = '']) => code.split('\n'))
		.flat()
		.flatMap((line) => {
			const [, words] = /^npm run mnist(?: --)?([^#]*)/.exec(line) ?? [];
			return words === undefined
				? []
				: [
						words
							.trim()
							.split(/\s+/)
							.filter((word) => word !== ''),
					];
		});
}

/** What makes a command short: a small data set, and few steps. */
async function shortened([name, ...words]: readonly string[], dir: string): Promise<string[]> {
	const entry = commands.find((each) => each.name === name);
	const { options } = entry === undefined ? book : await entry.load();
	const short = { data: dir, iterations: '5', epochs: '1', elements: '1' };
	const flags = Object.entries(short)
		.filter(([flag]) => flag in options)
		.flatMap(([flag, value]) => [`--${flag}`, value]);
	return [...(name === undefined ? [] : [name]), ...words, ...flags];
}

test('the commands of the README run in their order, here on few images, and write the files that they name', async () => {
	const lines = commandLines();
	expect(lines.length).toBeGreaterThan(3);
	const { dir } = small();
	const folder = temporaryFolder();
	// They run in the root of the repository.
	symlinkSync(join(root, 'packages'), join(folder, 'packages'), 'junction');
	for (const words of lines) {
		const child = startIn(folder, await shortened(words, dir));
		const { err, code } = await finish(child);
		expect({ words, code, err }).toEqual({ words, code: 0, err: '' });
		for (const word of words.filter((each) => /\.(safetensors|svg|png)$/.test(each)))
			expect([word, existsSync(join(folder, word))]).toEqual([word, true]);
	}
});
