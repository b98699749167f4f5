import { existsSync } from 'node:fs';

const docs = new URL('../../docs/', import.meta.url);
const reference = new URL('../reference/', import.meta.url);

/**
 * A rule for markdown-it: where an included document links to a file of the repository that is no page, its words stay, as
 * plain text. All other links stay, and one that is dead ends the build.
 *
 * @param {import('vitepress').MarkdownRenderer} md
 */
export function linksWithin(md) {
	md.core.ruler.push('links-within', ({ tokens }) => {
		for (const { children } of tokens) {
			let leaves = false;
			for (const token of children ?? []) {
				if (token.type === 'link_open') leaves = leavesSite(token.attrGet('href') ?? '');
				else if (token.type !== 'link_close') continue;
				if (!leaves) continue;
				token.type = 'text';
				token.content = '';
			}
		}
	});
}

/** @param {string} href */
function leavesSite(href) {
	const [path = ''] = href.split('#');
	if (path === '' || path.startsWith('/') || /^[a-z]+:/.test(path)) return false;
	return !existsSync(new URL(path, reference)) && existsSync(new URL(path, docs));
}
