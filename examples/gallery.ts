// npm run gallery: runs the programs of the table, draws their pictures, and writes README.md. With words after it, only the
// programs whose path holds one of them; of the others, what was found before is kept.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Found, readmeOf } from './galleryReadme.ts';
import { programs } from './galleryTable.ts';

const folder = import.meta.dirname.replace(/[/\\]dist$/, '');
const resultsFile = join(folder, 'pictures', 'found.json');

/** Runs programs, one after the other, and writes what they found. */
async function drawAll(words: readonly string[]): Promise<void> {
	mkdirSync(join(folder, 'pictures'), { recursive: true });
	const found: Found = existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, 'utf8')) : {};
	const isChosen = (program: string): boolean =>
		words.length === 0 || words.some((word) => program.includes(word));
	const chosen = programs.flatMap(({ program, run }) =>
		run !== undefined && isChosen(program) ? [{ program, run }] : [],
	);
	for (const [i, { program, run }] of chosen.entries()) {
		const start = performance.now();
		process.stdout.write(`${i + 1} of ${chosen.length}: ${program} ... `);
		const { said, pictures = {} } = await run();
		for (const [name, picture] of Object.entries(pictures))
			writeFileSync(join(folder, 'pictures', `${name}.svg`), picture);
		found[program] = { said, pictures: Object.keys(pictures) };
		console.log(`${((performance.now() - start) / 1000).toFixed(1)} s\n   ${said}`);
	}
	const inOrder = programs.flatMap(({ program }) => {
		const each = found[program];
		return each === undefined ? [] : [[program, each]];
	});
	writeFileSync(resultsFile, `${JSON.stringify(Object.fromEntries(inOrder), null, '\t')}\n`);
	writeFileSync(join(folder, 'README.md'), readmeOf(Object.fromEntries(inOrder)));
}

if (process.argv[1] === import.meta.filename) await drawAll(process.argv.slice(2));
