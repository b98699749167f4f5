import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitepress';
import { headOf, llmsText, sections } from '../pages.ts';
import { linksWithin } from './linksWithin.mjs';
import { ship } from './shipped.mjs';
import { sources } from './sources.mjs';

/** The pages that typedoc writes, which are there once it has run. */
const api = ['core', 'nn', 'verify', 'files', 'pictures', 'mnist'].filter((name) =>
	existsSync(new URL(`../api/${name}.md`, import.meta.url)),
);

const sidebar = sections.map(({ title, pages }) => ({
	text: title,
	items: pages.map((page) => ({ text: headOf(page).title, link: `/${page}` })),
}));

export default defineConfig({
	lang: 'en',
	title: 'Pullback',
	description: headOf('index').description,
	srcExclude: ['README.md'],
	head: [['link', { rel: 'icon', type: 'image/svg+xml', href: '/mark.svg' }]],
	// Pages of the API are large: none is fetched before somebody asks for it.
	router: { prefetchLinks: false },
	markdown: { config: linksWithin },
	themeConfig: {
		logo: '/mark.svg',
		nav: [
			{ text: 'Guide', link: '/guide/start', activeMatch: '^/guide/' },
			{
				text: 'Coming from',
				items: sidebar.find(({ text }) => text === 'Coming from')?.items ?? [],
			},
			{ text: 'Try it', items: sidebar.find(({ text }) => text === 'Try it')?.items ?? [] },
			{ text: 'The book', link: '/book' },
			...(api.length > 0
				? [{ text: 'API', items: api.map((name) => ({ text: name, link: `/api/${name}` })) }]
				: []),
		],
		sidebar: [
			...sidebar,
			...(api.length > 0
				? [{ text: 'API', items: api.map((name) => ({ text: name, link: `/api/${name}` })) }]
				: []),
		],
		outline: [2, 3],
		search: { provider: 'local' },
		docFooter: { prev: 'Before', next: 'Next' },
	},
	vite: {
		resolve: { alias: sources() },
		worker: { format: 'es' },
		build: { target: 'esnext' },
	},
	buildEnd({ outDir, cacheDir }) {
		ship(outDir, cacheDir);
		writeFileSync(join(outDir, 'llms.txt'), llmsText());
	},
});
