import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadMnist, pretrained, saveNet, trainNet } from '../src/index.ts';
import { pretrainedFile } from '../src/pretrained.ts';
import { accuracyOf } from './accuracyOf.ts';

test('the weights of convnet that come with the package read 98.5 % of the test images right', async () => {
	const { test } = await loadMnist({ normalize: false });
	const found = await accuracyOf(await pretrained('convnet'), 'convnet', test, 10_000);
	expect(found).toBeGreaterThanOrEqual(0.985);
}, 300_000);

test('the recipe three-layer gives the weights that come with the package, to the bit, and 16 bits read as many images right', async () => {
	const data = await loadMnist({ normalize: false });
	const result = await trainNet(data, { recipe: 'three-layer', seed: 0 });
	const folder = mkdtempSync(join(tmpdir(), 'pullback-mnist-'));
	onTestFinished(() => rmSync(folder, { recursive: true }));
	const file = join(folder, 'three-layer.safetensors');
	await saveNet(file, result, { f32As: 'f16' });
	const shipped = pretrainedFile('three-layer');
	expect(readFileSync(file).equals(readFileSync(shipped))).toBe(true);
	const halves = await accuracyOf(
		await pretrained('three-layer'),
		'three-layer',
		data.test,
		10_000,
	);
	const whole = result.epochs.at(-1)?.testAccuracy ?? Number.NaN;
	// No more than 2 of the 10,000 images are read otherwise.
	expect(Math.abs(halves - whole)).toBeLessThan(2.5e-4);
}, 900_000);
