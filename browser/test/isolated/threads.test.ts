import { expect, inject, test } from 'vitest';
import { inPage, inWorker } from '../../places.ts';

const trainedInNode = inject('trainedInNode');

test('training makes the loss less', () => {
	expect(trainedInNode.losses.at(-1)).toBeLessThan(trainedInNode.losses[0] ?? 0);
});

for (const [place, run] of [
	['the main thread', inPage],
	['a worker', inWorker],
] as const) {
	test.each([1, 2, 4])(`on ${place}, %d threads train to the bits of Node`, async (threads) => {
		const { trained, ...found } = await run({ cores: 1, threads });
		expect(trained).toEqual(trainedInNode);
		expect(found).toEqual({
			isolated: true,
			workers: threads - 1,
			working: threads - 1,
			blobsLoad: true,
			notices: [],
		});
	});

	test.each([1, 3])(
		`on ${place}, compile takes as many threads as there are cores, here %d`,
		async (cores) => {
			const { trained, workers, notices } = await run({ cores });
			expect({ trained, workers, notices }).toEqual({
				trained: trainedInNode,
				workers: cores - 1,
				notices: [],
			});
		},
	);
}

test('a bundled page trains to the bits of Node', async () => {
	const bundle = new Blob([inject('bundledPage')], { type: 'text/javascript' });
	const { trained, working } = await inPage({ cores: 2 }, { program: URL.createObjectURL(bundle) });
	expect({ trained, working }).toEqual({ trained: trainedInNode, working: 1 });
});
