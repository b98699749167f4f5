// The text of examples/README.md, from the table of programs and what they found.
import { programs } from './galleryTable.ts';

/** What each program found when it last ran, by its path. */
export interface Found {
	[program: string]: {
		/** In words, with numbers. */
		readonly said: string;
		/** The names of its pictures. */
		readonly pictures: readonly string[];
	};
}

/** The whole text. */
export function readmeOf(found: Found): string {
	const chapters = [...new Set(programs.map(({ chapter }) => chapter))];
	const sections = chapters.map((chapter) => {
		const rows = programs.filter((each) => each.chapter === chapter);
		const shown = rows.map((each) => {
			const { said = '', pictures = [] } = found[each.program] ?? {};
			const files = pictures.map((name) => `![${each.title}](pictures/${name}.svg)`);
			const short = each.short === undefined ? '' : ` ${each.short}`;
			return [
				`### ${each.title}`,
				`${[each.program, ...(each.also ?? [])].map(linked).join(', ')}: ${each.shows}${short}`,
				...(said === '' ? [] : [`> ${said}`]),
				...files,
			].join('\n\n');
		});
		return [`## ${chapter}`, ...shown].join('\n\n');
	});
	return `${[introduction, ...sections].join('\n\n')}\n`;
}

function linked(program: string): string {
	return `[\`${program}\`](${program})`;
}

const introduction = `# Programs and pictures

<!-- Written by npm run gallery: change galleryTable.ts, and run it. -->

Each program is about one idea, and reads by itself in five minutes. In the clone, \`npm run program examples/PROGRAM\` runs
one on the sources; those that draw write their picture to a path that follows. \`npm run gallery\` runs all of them, draws
the pictures here and writes this page: what is quoted is what they found then. Chapters are those of "Deep Learning from
Scratch"; \`npm run book\` runs at full length what is shortened here, and holds it to the book's numbers.`;
