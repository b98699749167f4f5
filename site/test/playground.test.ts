import { readdirSync } from 'node:fs';
import type { Locator, Page } from 'playwright';
import { describe, expect } from 'vitest';
import { packed } from '../playground/program/fragment.ts';
import { test } from './siteTest.ts';

const examples = readdirSync(new URL('../playground/examples/', import.meta.url))
	.filter((file) => file.endsWith('.ts'))
	.map((file) => file.replace(/^\d+-(.*)\.ts$/, '$1'));

/** Until a program has ended by itself. */
const ended = /^(Ended|Failed) after/;

/** The page with a program of lines in its editor. */
async function withProgram(
	visit: (path: string) => Promise<Page>,
	...lines: readonly string[]
): Promise<Page> {
	const page = await visit(`playground#program=${await packed(lines.join('\n'))}`);
	await page.locator('.cm-content', { hasText: lines.at(-1) ?? '' }).waitFor();
	return page;
}

const wordsIn = async (place: Locator): Promise<string> => (await place.textContent()) ?? '';

async function run(page: Page): Promise<void> {
	await page.getByRole('button', { name: 'Run', exact: true }).click();
}

/** How the run stands, once it stands like that. */
async function statusOf(page: Page, expected: RegExp): Promise<string> {
	const status = page.locator('.status', { hasText: expected });
	await status.waitFor();
	return wordsIn(status);
}

const textOf = (page: Page): Promise<string> => wordsIn(page.getByRole('log'));

test('every example runs, and prints or draws', async ({ visit }) => {
	const page = await visit('playground');
	await page.locator('.cm-content').waitFor();
	const select = page.getByLabel('Example');
	expect(await select.locator('option').count()).toBe(examples.length);
	for (const name of examples) {
		await select.selectOption(name);
		expect(`${name}: ${await statusOf(page, ended)}`).toMatch(/: Ended/);
		const { length } = await textOf(page);
		const pictures = await page.locator('.output img').count();
		expect(length + pictures).toBeGreaterThan(0);
		expect(new URL(page.url()).hash).toBe(`#example=${name}`);
	}
});

describe('a program that does not end', () => {
	test('is ended by the button, and the page answers meanwhile', async ({ visit }) => {
		const page = await withProgram(visit, "console.log('begins');", 'for (;;) {}');
		await run(page);
		await statusOf(page, /^Running$/);
		await page.getByRole('tab', { name: 'Graph' }).click();
		await page.getByRole('tab', { name: 'Output' }).click();
		expect(await textOf(page)).toContain('begins');
		await page.getByRole('button', { name: 'Stop' }).click();
		await statusOf(page, /^Stopped$/);
		await page.getByLabel('Example').selectOption('gradient');
		expect(await statusOf(page, ended)).toMatch(/^Ended/);
	});

	test('fills no memory where it prints, and the page says how much is left out', async ({
		visit,
	}) => {
		const page = await withProgram(visit, "for (;;) console.log('a line');");
		await run(page);
		const told = page.locator('.omitted', { hasText: /^[\d,]{5,} more lines/ });
		await told.waitFor();
		const before = await wordsIn(told);
		await page.waitForFunction(
			(text) => document.querySelector('.omitted')?.textContent !== text,
			before,
		);
		expect(await page.locator('.output pre').count()).toBe(1000);
		await page.getByRole('button', { name: 'Stop' }).click();
		await statusOf(page, /^Stopped$/);
	});
});

describe('what is wrong with a program', () => {
	test.for([
		{
			name: 'an operation that refuses its operands',
			program: [
				"import { tensor } from '@pullback/core';",
				'interface Pair { readonly a: number }',
				'const x = tensor([1, 2]);',
				'await null;',
				'const y = x.add(tensor([1, 2, 3]));',
			],
			line: 5,
			says: /ShapeError: add:/,
		},
		{
			name: 'a layer that does',
			program: [
				"import { randomKey, tensor } from '@pullback/core';",
				"import { Affine } from '@pullback/nn';",
				'const layer = new Affine({ inputs: 2, outputs: 1, key: randomKey(0) });',
				'layer.forward(tensor([1, 2, 3]));',
			],
			line: 4,
			says: /ShapeError: /,
		},
		{
			name: 'a text that is no TypeScript',
			program: ['const a = 1;', '', 'const = 2;'],
			line: 3,
			says: /SyntaxError/,
		},
		{
			name: 'a text that is no JavaScript',
			program: ['const a = 1;', 'const b = 2;', 'break;', 'const c = 3;'],
			line: null,
			says: /SyntaxError/,
		},
		{
			name: 'a module that is not there',
			program: ['const a = 1;', "import fs from 'node:fs';", 'console.log(a, fs);'],
			line: 2,
			says: /there is no module 'node:fs' here; there are @pullback\/core/,
		},
		{
			name: 'a name that is not exported',
			program: ["import { tensr } from '@pullback/core';", '', 'tensr(1);'],
			line: 3,
			says: /'@pullback\/core' exports no tensr; did you mean tensor\?/,
		},
		{
			name: 'a value that is thrown',
			program: ["throw { a: 'reason' };"],
			line: null,
			says: /Thrown: \{ a: 'reason' \}/,
		},
	])('is told with its line: $name', async ({ program, line, says }, { visit }) => {
		const page = await withProgram(visit, ...program);
		await run(page);
		expect(await statusOf(page, ended)).toMatch(/^Failed/);
		expect(await wordsIn(page.getByRole('alert'))).toMatch(says);
		const marked = page.locator('.cm-line.marked-error');
		if (line === null) expect(await marked.count()).toBe(0);
		else {
			await page.getByRole('button', { name: `Line ${line}` }).waitFor();
			expect(await wordsIn(marked)).toBe(program[line - 1]);
		}
	});

	test('is told of what it does later, too', async ({ visit }) => {
		const page = await withProgram(visit, "setTimeout(() => { throw new Error('later'); }, 50);");
		await run(page);
		await page.locator('.output pre.error', { hasText: 'Error: later' }).waitFor();
	});
});

describe('the graph of an expression', () => {
	const program = [
		"import { tensor } from '@pullback/core';",
		'const x = tensor(3);',
		'const w = tensor(2);',
		'const y = x',
		'	.mul(w)',
		'	.exp();',
	];

	async function graphOf(visit: (path: string) => Promise<Page>): Promise<Page> {
		const page = await withProgram(visit, ...program);
		await run(page);
		await page.getByRole('tab', { name: 'Graph' }).click();
		await page.locator('.picture svg').waitFor();
		return page;
	}

	test('tells the rule and the line of a Node that is clicked, or chosen by a key', async ({
		visit,
	}) => {
		const page = await graphOf(visit);
		await page.getByRole('button', { name: 'v1 = x × w' }).click();
		const words = page.locator('.words.node');
		await words.getByRole('heading', { name: 'v1 = x × w' }).waitFor();
		expect(await wordsIn(words)).toMatch(/f32\[\] 6, gradient 403\.4; recorded in line 5/);
		expect(await wordsIn(words)).toMatch(/to x: gradient × w\s*to w: gradient × x/);
		expect(await wordsIn(page.locator('.marked-node'))).toContain('.mul(w)');
		await page.getByRole('button', { name: 'y = exp(v1)' }).focus();
		await page.keyboard.press('Enter');
		await words.getByRole('heading', { name: 'y = exp(v1)' }).waitFor();
		expect(await wordsIn(words)).toMatch(/line 6.*to v1: gradient × y/s);
		expect(await wordsIn(page.locator('.marked-node'))).toContain('.exp()');
	});

	test('is stepped through by buttons and arrow keys, forward and back', async ({ visit }) => {
		const page = await graphOf(visit);
		const step = page.locator('.stepper span');
		expect(await wordsIn(step)).toBe('∂y/∂x = 806.9');
		await page.getByRole('button', { name: 'Next' }).click();
		expect(await wordsIn(step)).toBe('Step 1 of 2');
		expect(await wordsIn(page.locator('.chain .words'))).toMatch(
			/y = exp\(v1\)\s*∂y\/∂v1: y = 403\.4\s*∂y\/∂v1: 1 × 403\.4 = 403\.4/,
		);
		await page.keyboard.press('ArrowRight');
		expect(await wordsIn(step)).toBe('Step 2 of 2');
		expect(await page.locator('[data-nodes].is-from').getAttribute('aria-label')).toBe(
			'v1 = x × w',
		);
		await page.keyboard.press('ArrowLeft');
		await page.keyboard.press('ArrowLeft');
		expect(await wordsIn(step)).toBe('∂y/∂x = 806.9');
		await page.getByLabel('derivative in').selectOption('w');
		await page.locator('.stepper span', { hasText: '∂y/∂w = 1210' }).waitFor();
	});

	test('runs nothing that a program puts into a picture', async ({ visit }) => {
		const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="top.ran = 1"><script>top.ran = 1</script><a href="javascript:top.ran = 1"><text>a</text></a><g data-nodes="0"><rect width="9" height="9" onclick="top.ran = 1" fill="url(https://example.com/)"/></g></svg>`;
		const graph = { svg, nodes: [], ys: [], xs: [], y: 'y', x: null, steps: [], stepsLeftOut: 0 };
		const page = await withProgram(
			visit,
			`postMessage({ kind: 'graph', graph: ${JSON.stringify({ ...graph, gradient: '' })} });`,
			`console.log(${JSON.stringify(svg)});`,
		);
		await run(page);
		await page.locator('.output img').waitFor();
		await page.getByRole('tab', { name: 'Graph' }).click();
		await page.locator('.picture rect').waitFor({ state: 'attached' });
		expect(await page.locator('.picture').innerHTML()).not.toMatch(/script|on\w+=|href|url\(/i);
		await page.locator('.picture rect').click();
		expect(await page.evaluate(() => Reflect.get(window, 'ran'))).toBeUndefined();
	});
});

test('a derivative that is broken by the button is found, with its line, and found right once it is mended', async ({
	visit,
}) => {
	const page = await visit('playground#example=broken');
	await page.locator('.cm-content').waitFor();
	await run(page);
	await statusOf(page, ended);
	expect(await textOf(page)).toContain('No operation is to blame.');
	await page.getByRole('button', { name: 'Break the derivative' }).click();
	const found = page.getByRole('log');
	await found.getByText('To blame').waitFor();
	expect(await textOf(page)).toMatch(/4 of 4 derivatives disagree/);
	expect(await textOf(page)).toMatch(/To blame: custom of f64\[2\] at program\.ts:10:/);
	await page.getByRole('button', { name: 'Mend the derivative' }).click();
	await found.getByText('No operation is to blame.').waitFor();
});

describe('the editor', () => {
	test('completes exports, with their imports, and methods', async ({ visit }) => {
		const page = await withProgram(visit, "import { tensor } from '@pullback/core';", '');
		await page.locator('.cm-content').click();
		await page.keyboard.press('Control+End');
		await page.keyboard.type('const x = tensor(1).soft');
		await page.locator('.cm-tooltip-autocomplete', { hasText: 'softmax' }).waitFor();
		await page.keyboard.press('Escape');
		await page.keyboard.type('max();\nsoftmaxCross');
		await page.locator('.cm-tooltip-autocomplete', { hasText: 'softmaxCrossEntropy' }).waitFor();
		await page.waitForTimeout(200); // which codemirror waits before it takes a key for an answer
		await page.keyboard.press('Enter');
		await page.keyboard.type('();');
		expect(await page.locator('.cm-line').allTextContents()).toEqual([
			"import { softmaxCrossEntropy } from '@pullback/nn';",
			"import { tensor } from '@pullback/core';",
			'const x = tensor(1).softmax();',
			'softmaxCrossEntropy();',
		]);
	});

	test('runs the program by Control-Enter, and is left by Tab', async ({ visit }) => {
		const page = await withProgram(visit, "console.log('by a key');");
		await page.locator('.cm-content').focus();
		await page.keyboard.press('Control+Enter');
		await statusOf(page, ended);
		expect(await textOf(page)).toContain('by a key');
		await page.keyboard.press('Tab');
		expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('tab');
	});

	test('keeps what is written in the address alone, for a reload and for others', async ({
		visit,
	}) => {
		const page = await visit('playground');
		await page.locator('.cm-content').click();
		await page.keyboard.press('Control+A');
		await page.keyboard.type("console.log('mine, 温度');");
		await page.waitForURL(/#program=[\w-]+$/);
		await page.reload();
		await page.locator('.cm-content', { hasText: 'mine, 温度' }).waitFor();
		await run(page);
		await statusOf(page, ended);
		expect(await textOf(page)).toContain('mine, 温度');
		expect(await page.evaluate(() => JSON.stringify([localStorage, document.cookie]))).not.toMatch(
			/mine/,
		);
	});

	test('says of an address that was cut that it holds no program', async ({ visit }) => {
		const page = await visit('playground#program=abc');
		await page.getByText('The address holds no program that could be read.').waitFor();
	});
});

test('a program runs the same where the host sends no headers', async ({ visit }) => {
	const page = await visit('playground', { isolated: false });
	await page.locator('.cm-content').waitFor();
	await page.getByLabel('Example').selectOption('xor');
	expect(await statusOf(page, ended)).toMatch(/^Ended/);
	expect(await textOf(page)).toMatch(/read as \[ 0, 1, 1, 0 \]/);
});
