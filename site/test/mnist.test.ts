import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseNet, weightsSha256 } from '@pullback/mnist';
import type { Download, Page } from 'playwright';
import { describe, expect } from 'vitest';
import type { Stroke } from '../mnist/drawing/strokes.ts';
import { drawIn, drawings } from './drawings.ts';
import { test } from './siteTest.ts';
import { trainedInNode } from './trainedInNode.ts';

/** Draws by mouse. */
async function draw(page: Page, strokes: readonly Stroke[]): Promise<void> {
	const area = page.locator('.area canvas');
	await area.scrollIntoViewIfNeeded();
	const box = await area.boundingBox();
	if (box === null) throw new Error('there is no drawing area');
	await drawIn(box, page.mouse, strokes);
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const figure = (page: Page, name: string) =>
	page
		.locator('.figures > div')
		.filter({ has: page.getByText(name, { exact: true }) })
		.locator('.value');
const status = (page: Page) => page.locator('.mnist-page > .actions .status');

/** The number that a figure of the page shows; NaN where it shows none. */
async function numberIn(page: Page, name: string): Promise<number> {
	return Number.parseFloat(((await figure(page, name).textContent()) ?? '').replaceAll(',', ''));
}

/** Trains until so many of a hundred test images are read right. */
async function trainUntil(page: Page, percent: number): Promise<void> {
	await button(page, 'Train').click();
	await expect
		.poll(() => numberIn(page, 'Test images read right'), { timeout: 60_000 })
		.toBeGreaterThan(percent);
}

/** Stops, and waits until it has stopped and the test images have been read. */
async function stop(page: Page): Promise<void> {
	await button(page, 'Stop').click();
	await expect.poll(() => status(page).textContent()).toMatch(/^Stopped after [\d,]+ steps; \d/);
}

async function saved(page: Page): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
	const [download] = await Promise.all([
		page.waitForEvent('download'),
		button(page, 'Save weights').click(),
	]);
	return { name: download.suggestedFilename(), bytes: await bytesOf(download) };
}

function digest(bytes: Uint8Array): string {
	return createHash('sha256').update(bytes).digest('hex');
}

async function bytesOf(download: Download): Promise<Uint8Array> {
	return new Uint8Array(readFileSync(await download.path()));
}

describe('MNIST in the page', () => {
	test('reads what is drawn, before any training and right after some', async ({ visit }) => {
		const page = await visit('mnist');
		await draw(page, drawings[7]);
		await expect.poll(() => page.getByTestId('read').textContent()).toMatch(/^\d$/);
		await trainUntil(page, 90);
		for (const [digit, strokes] of Object.entries(drawings)) {
			await button(page, 'Clear').click();
			await draw(page, strokes);
			await expect.poll(() => page.getByTestId('read').textContent()).toBe(digit);
		}
	});

	test('reads what is drawn by keys', async ({ visit }) => {
		const page = await visit('mnist');
		await trainUntil(page, 90);
		await page.getByRole('application').focus();
		await page.keyboard.press('ArrowUp');
		await page.keyboard.press('Space');
		for (let i = 0; i < 13; i++) await page.keyboard.press('ArrowDown');
		await page.keyboard.press('Space');
		await expect.poll(() => page.getByTestId('read').textContent()).toBe('1');
		await page.keyboard.press('Delete');
		await expect.poll(() => page.getByText('Nothing to read yet').isVisible()).toBe(true);
	});

	test('stops, goes on where it stopped, and begins anew', async ({ visit }) => {
		const page = await visit('mnist');
		await trainUntil(page, 80);
		await stop(page);
		const steps = await numberIn(page, 'Steps');
		await page.waitForTimeout(500);
		expect(await numberIn(page, 'Steps')).toBe(steps);
		await button(page, 'Go on').click();
		await expect.poll(() => numberIn(page, 'Steps')).toBeGreaterThan(steps);
		await button(page, 'Reset').click();
		await expect.poll(() => status(page).textContent()).toBe('Ready to train');
		expect(await numberIn(page, 'Steps')).toBe(0);
		await button(page, 'Train').click();
		await expect.poll(() => numberIn(page, 'Steps')).toBeGreaterThan(0);
	});

	test('comes to the weights that the same steps come to in Node, to the bit', async ({
		visit,
	}) => {
		const page = await visit('mnist');
		await page.getByLabel('Seed').fill('5');
		await page.getByLabel('Batch size').fill('50');
		await trainUntil(page, 60);
		await stop(page);
		const { name, bytes } = await saved(page);
		const steps = await numberIn(page, 'Steps');
		expect(name).toBe(`two-layer-${steps}-steps.safetensors`);
		const { recipe, model } = parseNet(bytes, name);
		expect(recipe).toBe('two-layer');
		const inNode = await trainedInNode({ recipe: 'two-layer', batchSize: 50, seed: 5 }, steps);
		expect(weightsSha256(model)).toBe(weightsSha256(inNode));
	});

	test('saves and loads the same weights, and loses none by a file that is none', async ({
		visit,
	}) => {
		const page = await visit('mnist');
		await trainUntil(page, 80);
		await stop(page);
		const { name, bytes } = await saved(page);
		const steps = await numberIn(page, 'Steps');
		const [, percent = ''] = /([\d.]+ %)/.exec((await status(page).textContent()) ?? '') ?? [];
		const file = { name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) };
		const input = page.locator('input[type=file]');

		await input.setInputFiles({
			...file,
			name: 'cut.safetensors',
			buffer: file.buffer.subarray(9),
		});
		await expect.poll(() => page.getByRole('alert').textContent()).toMatch(/^cut\.safetensors: /);
		expect(await numberIn(page, 'Steps')).toBe(steps);
		expect(digest((await saved(page)).bytes)).toBe(digest(bytes));

		await button(page, 'Reset').click();
		await expect.poll(() => numberIn(page, 'Steps')).toBe(0);
		expect(digest((await saved(page)).bytes)).not.toBe(digest(bytes));
		await input.setInputFiles(file);
		await expect.poll(() => status(page).textContent()).toContain(`Loaded ${name}; ${percent}`);
		expect(digest((await saved(page)).bytes)).toBe(digest(bytes));
	});

	test('trains the convnet', async ({ visit }) => {
		const page = await visit('mnist');
		await page.locator('.form select').selectOption('convnet');
		await draw(page, drawings[3]);
		await trainUntil(page, 85);
		await expect.poll(() => page.getByTestId('read').textContent()).toBe('3');
	});

	test('has TF.js train beside it, whose code is loaded only then', async ({ visit }) => {
		const page = await visit('mnist');
		/** The programs of Workers, and what they fetch. */
		const loaded: string[] = [];
		page.on('request', (request) => {
			const { pathname } = new URL(request.url());
			if (/^\/tfjs\/|\/worker-/.test(pathname)) loaded.push(pathname);
		});
		await expect.poll(() => button(page, 'Train').isEnabled()).toBe(true);
		expect(loaded.length).toBeLessThanOrEqual(1);
		await button(page, 'Compare').click();
		await expect
			.poll(() => page.locator('.peer tbody').textContent(), { timeout: 100_000 })
			.toMatch(/Pullback\s*[\d.]+ ms[\s\S]*TF\.js, WebAssembly, 4\.22\.0\s*[\d.]+ ms/);
		expect(loaded.some((path) => path.startsWith('/tfjs/'))).toBe(true);
	});

	test('has threads where the host sends no headers', async ({ visit }) => {
		const page = await visit('mnist', { isolated: false });
		await page.waitForFunction(() => window.crossOriginIsolated);
		await button(page, 'Train').click();
		await expect.poll(() => status(page).textContent()).toMatch(/^Training on \d+ threads$/);
	});

	test('says what is wrong with data that are damaged, and tries again', async ({ visit }) => {
		const page = await visit('mnist');
		await page.route('**/t10k-images*', (route) => route.fulfill({ body: 'no gzip' }));
		await button(page, 'Train').click();
		await expect
			.poll(() => page.getByRole('alert').textContent())
			.toMatch(/t10k-images-idx3-ubyte\.gz is damaged, or was cut off/);
		await page.unroute('**/t10k-images*');
		await button(page, 'Train').click();
		await expect.poll(() => numberIn(page, 'Steps')).toBeGreaterThan(0);
	});
});
