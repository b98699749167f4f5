import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import * as mnist from '../src/index.ts';
import { digits, writeDigits } from './digits.ts';
import { temporaryFolder } from './idxFiles.ts';

/** The module specifiers that a file imports when it is loaded, itself by its path, and those of what it imports, too. */
function loadedBy(file: string, seen = new Set<string>()): ReadonlySet<string> {
	if (seen.has(file)) return seen;
	seen.add(file);
	const text = readFileSync(file, 'utf8').replaceAll(/^(?:import|export) type [^;]*;/gm, '');
	for (const [, name = ''] of text.matchAll(/^(?:import|export|\}) ?[^;]*? ?from '([^']+)';/gm))
		if (name.startsWith('.')) loadedBy(new URL(name, `file://${file}`).pathname, seen);
		else seen.add(name);
	return seen;
}

describe('what runs in browsers', () => {
	test.each(['browser.ts', 'training/parts.ts'])('loads no module of Node: %s', (name) => {
		const loaded = [...loadedBy(fileURLToPath(new URL(`../src/${name}`, import.meta.url)))];
		expect(loaded).toContain('@pullback/nn');
		expect(loaded.filter((each) => each.startsWith('node:'))).toEqual([]);
	});

	test('the walk finds a module of Node where there is one', () => {
		const index = fileURLToPath(new URL('../src/index.ts', import.meta.url));
		expect([...loadedBy(index)]).toContain('node:fs/promises');
	});
});

describe('a set in bytes', () => {
	test.each([{}, { normalize: false }, { flatten: false, oneHotLabel: true }])(
		'is that of the files: %o',
		async (options) => {
			const dir = temporaryFolder();
			writeDigits(dir, { train: 30 });
			const { train } = await mnist.loadMnist({ dir, ...options });
			const { images, labels } = digits(30);
			const set = mnist.parseSet(
				{ file: 'images', bytes: images },
				{ file: 'labels', bytes: labels },
				options,
			);
			for (const part of ['images', 'labels'] as const) {
				expect([set[part].dtype, set[part].shape]).toEqual([train[part].dtype, train[part].shape]);
				expect(set[part].data()).toEqual(train[part].data());
			}
		},
	);

	test('is refused where images and labels do not match, by the name of the file', () => {
		const images = { file: 'a', bytes: digits(3).images };
		const labels = { file: 'b', bytes: digits(2).labels };
		expect(() => mnist.parseSet(images, labels)).toThrow(
			/^b: .*found 2 labels, needed 3, one for each image of a/,
		);
	});
});

test('a net in bytes is the net, and what is saved is what formatNet makes', async () => {
	const settings = {
		recipe: 'two-layer',
		...mnist.recipes['two-layer'].defaults,
		seed: 3,
	} as const;
	const dir = temporaryFolder();
	writeDigits(dir);
	const { model } = await mnist.trainNet(await mnist.loadMnist({ dir }), {
		...settings,
		epochs: 1,
	});
	const bytes = mnist.formatNet({ model, settings });
	const { recipe, model: parsed } = mnist.parseNet(bytes, 'net');
	expect(recipe).toBe('two-layer');
	expect(mnist.weightsSha256(parsed)).toBe(mnist.weightsSha256(model));
	const file = `${dir}/net`;
	await mnist.saveNet(file, { model, settings });
	expect(new Uint8Array(readFileSync(file))).toEqual(bytes);
	expect(() => mnist.parseNet(bytes.slice(0, -1), 'net')).toThrow(mnist.DataFileError);
});
