import { expect, inject, test } from 'vitest';
import { inPage, inWorker } from '../../places.ts';

const trainedInNode = inject('trainedInNode');

for (const [place, run] of [
	['the main thread', inPage],
	['a worker', inWorker],
] as const) {
	test(`on ${place} of a page that is not isolated, one thread trains to the bits of Node, with one notice`, async () => {
		const { trained, isolated, workers, notices } = await run({ cores: 4 });
		expect({ trained, isolated, workers }).toEqual({
			trained: trainedInNode,
			isolated: false,
			workers: 0,
		});
		expect(notices).toHaveLength(1);
		expect(notices[0]).toMatch(
			/^pullback: running on one thread: .*Cross-Origin-Opener-Policy: same-origin.*Cross-Origin-Embedder-Policy: require-corp.*threads: 1/,
		);
	});

	test.each([{ cores: 1 }, { cores: 4, threads: 1 }])(
		`on ${place} of such a page one thread that is all that is wanted brings no notice: %o`,
		async (order) => {
			const { trained, notices } = await run(order);
			expect({ trained, notices }).toEqual({ trained: trainedInNode, notices: [] });
		},
	);
}
