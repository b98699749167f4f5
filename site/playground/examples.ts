/** A program that comes with the playground. */
export interface Example {
	/** What addresses call it. */
	readonly name: string;
	readonly title: string;
	/** What it shows, in a sentence. */
	readonly sentence: string;
	readonly program: string;
}

const files: Readonly<Record<string, string>> = import.meta.glob('./examples/*.ts', {
	query: '?raw',
	import: 'default',
	eager: true,
});

/** The examples in the order of their files, whose first line is the title and whose second is the sentence. */
export const examples: readonly Example[] = Object.entries(files).map(([path, program]) => {
	const [, name = ''] = /\/\d+-([^/]+)\.ts$/.exec(path) ?? [];
	const [title = '', sentence = ''] = program.split('\n').map((line) => line.replace(/^\/\/ /, ''));
	return { name, title, sentence, program };
});
