import { readFileSync } from 'node:fs';

const folder = new URL('./', import.meta.url);

/** Pages that belong together. */
interface Section {
	readonly title: string;
	/** Their paths without `.md`. */
	readonly pages: readonly string[];
}

/**
 * The pages in the order of reading, the one place for the navigation, `llms.txt` and the
 * tests.
 */
export const sections: readonly Section[] = [
	{
		title: 'Guide',
		pages: [
			'guide/start',
			'guide/gradients',
			'guide/compiled',
			'guide/nets',
			'guide/training',
			'guide/saving',
			'guide/verifying',
			'guide/debugging',
			'guide/browsers',
			'guide/engines',
		],
	},
	{ title: 'Try it', pages: ['playground', 'mnist'] },
	{ title: 'Coming from', pages: ['from/pytorch', 'from/numpy', 'from/jax', 'from/tfjs'] },
	{ title: 'The book', pages: ['book'] },
	{
		title: 'How it holds',
		pages: [
			'speed',
			'correctness',
			'limits',
			'reference/operations',
			'reference/nn',
			'reference/numerics',
			'reference/scoreboard',
			'reference/verify',
			'reference/pytorch',
			'reference/shapesInTypes',
		],
	},
];

/** The title and the description at the head of a page. */
export function headOf(page: string): { readonly title: string; readonly description: string } {
	const text = readFileSync(new URL(`${page}.md`, folder), 'utf8');
	const [, head = ''] = /^---\n([\s\S]*?)\n---\n/.exec(text) ?? [];
	const field = (name: string): string => new RegExp(`^${name}: (.+)$`, 'm').exec(head)?.[1] ?? '';
	return { title: field('title'), description: field('description') };
}

/** What https://llmstxt.org asks for: all pages with their descriptions, for programs that read. */
export function llmsText(): string {
	const lists = sections.map(({ title, pages }) => {
		const lines = pages.map((page) => {
			const { title, description } = headOf(page);
			return `- [${title}](${page}.html): ${description}`;
		});
		return `## ${title}\n\n${lines.join('\n')}\n`;
	});
	return `# Pullback\n\n> ${headOf('index').description}\n\n${lists.join('\n')}`;
}
