// npm run gallery: runs the programs of the table, draws their pictures, and writes README.md. With words after it, only the
// programs whose path holds one of them; of the others, what was found before is kept.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Found, readmeOf } from './galleryReadme.ts';
import { programs } from './galleryTable.ts';

const folder = import.meta.dirname.replace(/[/\\]dist$/, '');
const resultsFile = join(folder, 'pictures', 'found.json');

/** Runs programs, one after the other, and writes what each found as soon as it has, so that what is interrupted is kept. */
async function drawAll(words: readonly string[]): Promise<void> {
	mkdirSync(join(folder, 'pictures'), { recursive: true });
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
		keep(program, { said, pictures: Object.keys(pictures) });
		console.log(`${((performance.now() - start) / 1000).toFixed(1)} s\n   ${said}`);
	}
}

/** Writes what a program found beside what others did, in the order of the table, and the page that tells it. */
function keep(program: string, result: Found[string]): void {
	const before: Found = existsSync(resultsFile)
		? JSON.parse(readFileSync(resultsFile, 'utf8'))
		: {};
	const all: Found = { ...before, [program]: result };
	const inOrder = programs.flatMap(({ program: each }) => {
		const found = all[each];
		return found === undefined ? [] : [[each, found]];
	});
	const found: Found = Object.fromEntries(inOrder);
	writeFileSync(resultsFile, `${JSON.stringify(found, null, '\t')}\n`);
	writeFileSync(join(folder, 'README.md'), readmeOf(found));
}

if (process.argv[1] === import.meta.filename) await drawAll(process.argv.slice(2));
