import { expect, inject, test } from 'vitest';
import { drawnPictures } from '../../pictures.ts';

test('a page draws with its own document what Node draws, to the byte, as XML', async () => {
	const pictures = await drawnPictures();
	expect(pictures).toEqual(inject('drawnInNode'));
	for (const picture of pictures) {
		const parsed = new DOMParser().parseFromString(picture, 'image/svg+xml');
		expect(parsed.querySelector('parsererror')).toBeNull();
	}
	const loaded = performance.getEntriesByType('resource').map(({ name }) => name);
	expect(loaded.filter((name) => name.includes('linkedom'))).toEqual([]);
});
