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

/** The examples in the order of their files, which begin with a line of title and one of the sentence. */
export const examples: readonly Example[] = Object.entries(files).map(([path, text]) => {
	const [, name = ''] = /\/\d+-([^/]+)\.ts$/.exec(path) ?? [];
	const [title = '', sentence = '', ...lines] = text.split('\n');
	const words = (comment: string): string => comment.replace(/^\/\/ /, '');
	return { name, title: words(title), sentence: words(sentence), program: lines.join('\n') };
});
