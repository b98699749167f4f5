import { Session } from 'node:inspector/promises';
import { afterEach, expect, test } from 'vitest';
import { showInConsole, tensor, variable } from '../src/index.ts';

const page = globalThis as { devtoolsFormatters?: unknown[]; shown?: unknown };

afterEach(() => {
	delete page.devtoolsFormatters;
	delete page.shown;
});

/** What the console of Chrome, whose inspector is V8's, shows of a value if custom formatters are enabled. */
async function shownInChrome(value: unknown): Promise<string | undefined> {
	const session = new Session();
	session.connect();
	await session.post('Runtime.enable');
	await session.post('Runtime.setCustomObjectFormatterEnabled', { enabled: true });
	page.shown = value;
	const expression = 'globalThis.shown';
	const { result } = await session.post('Runtime.evaluate', { expression, generatePreview: true });
	session.disconnect();
	return result.customPreview?.header;
}

class Titled {
	toString(): string {
		return 'a title';
	}
}

test('consoles of browsers show Nodes and Variables as text, and instances of classes that are named', async () => {
	const x = tensor([
		[1, 2],
		[3, 4],
	]);
	showInConsole(Titled);
	expect(JSON.parse((await shownInChrome(x)) ?? '[]').at(-1)).toBe(String(x));
	expect(await shownInChrome(variable([1, 2], { name: 'w' }))).toContain(
		'Variable w: f32[2] [1., 2.]',
	);
	expect(await shownInChrome(new Titled())).toContain('a title');
	expect(await shownInChrome({ x })).toBeUndefined();
});

test('what is not computed is not computed by being shown, and formatters of others stay', async () => {
	const others = { header: () => null };
	page.devtoolsFormatters = [others];
	showInConsole();
	const sum = tensor([1, 2]).sum();
	expect(await shownInChrome(sum)).toContain('sum, not computed');
	expect(sum.value).toBeNull();
	expect(page.devtoolsFormatters).toContain(others);
});
