import { expect, test } from 'vitest';
import { loadMnist, pretrained } from '../src/index.ts';
import { accuracyOf } from './accuracyOf.ts';

// All test images take the convolutions some seconds: see pretrained.long.ts.
test.each([
	['three-layer', 10_000, 0.97],
	['convnet', 500, 0.985],
] as const)(
	'the weights of %s that come with the package read enough of %i test images right',
	async (name, count, least) => {
		const { test } = await loadMnist({ normalize: false });
		const found = await accuracyOf(await pretrained(name), name, test, count);
		expect(found).toBeGreaterThanOrEqual(least);
	},
);

test('weights of other names are refused', async () => {
	const other = 'convnets' as 'convnet';
	await expect(pretrained(other)).rejects.toThrow(/name is .*; it must be one of three-layer/);
});
