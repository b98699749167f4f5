import type { Browser, Page } from 'playwright';
import type { Choice, Report } from '../mnist/protocol.ts';

declare global {
	interface Window {
		/** The reports of steps that Workers of the page have posted, each with its time. */
		taps: { readonly at: number; readonly steps: number; readonly milliseconds: number }[];
	}
}

/** Has a page keep what its Workers report of steps. */
function tap(): void {
	window.taps = [];
	window.Worker = class extends Worker {
		constructor(...given: ConstructorParameters<typeof Worker>) {
			super(...given);
			this.addEventListener('message', ({ data }: MessageEvent<Report>) => {
				if (data.kind !== 'steps') return;
				const { losses, milliseconds } = data;
				window.taps.push({ at: performance.now(), steps: losses.length, milliseconds });
			});
		}
	};
}

async function opened(browser: Browser, address: string): Promise<Page> {
	const context = await browser.newContext();
	const page = await context.newPage();
	await page.addInitScript(tap);
	await page.goto(address);
	await page.locator('button.main:enabled').waitFor();
	return page;
}

async function choose(page: Page, { net, batchSize, seed }: Choice): Promise<void> {
	await page.locator('.form select').selectOption(net);
	await page.getByLabel('Batch size').fill(String(batchSize));
	await page.getByLabel('Seed').fill(String(seed));
}

/** The milliseconds of a step in the page, of those that were made in so many milliseconds after so many of warming up. */
export async function trained(
	browser: Browser,
	address: string,
	choice: Choice,
	warmUp: number,
	milliseconds: number,
): Promise<number> {
	const page = await opened(browser, address);
	await choose(page, choice);
	await page.locator('button.main').click();
	const found = await page.waitForFunction(
		([warm, long]) => {
			const began = window.taps[0]?.at ?? Number.POSITIVE_INFINITY;
			if (performance.now() - began < warm + long) return null;
			const some = window.taps.filter(({ at }) => at - began >= warm);
			const steps = some.reduce((sum, each) => sum + each.steps, 0);
			return some.reduce((sum, each) => sum + each.milliseconds, 0) / steps;
		},
		[warmUp, milliseconds] as const,
		{ timeout: 120_000 },
	);
	const perStep = await found.jsonValue();
	await page.context().close();
	return perStep ?? Number.NaN;
}

/** How a reader comes to the page, in milliseconds. */
export interface Arrival {
	/** From the navigation until texts are painted. */
	readonly firstPaint: number;
	/** From the click until the first step is reported, while all of the data are fetched. */
	readonly firstStep: number;
}

/** Comes to the page with nothing in any cache, and has it train; `loaded` is called before the click. */
export async function arrived(
	browser: Browser,
	address: string,
	loaded: () => void,
): Promise<Arrival> {
	const page = await opened(browser, address);
	await page.waitForLoadState('networkidle');
	loaded();
	const firstPaint = await page.evaluate(
		() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
	);
	const clicked = await page.evaluate(() => {
		document.querySelector<HTMLButtonElement>('button.main')?.click();
		return performance.now();
	});
	await page.waitForFunction(() => window.taps.length > 0, null, { timeout: 60_000 });
	const first = await page.evaluate(() => window.taps[0]?.at ?? Number.NaN);
	await page.context().close();
	return { firstPaint, firstStep: first - clicked };
}
