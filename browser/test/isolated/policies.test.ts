import { expect, inject, test } from 'vitest';
import { inPage } from '../../places.ts';

const trainedInNode = inject('trainedInNode');

test.each(["worker-src 'self'", "require-trusted-types-for 'script'"])(
	'under the policy %s, which forbids workers, one thread trains to the same bits, with one notice',
	async (policy) => {
		const { trained, working, blobsLoad, notices } = await inPage({ cores: 4 }, { policy });
		expect({ trained, working, blobsLoad }).toEqual({
			trained: trainedInNode,
			working: 0,
			blobsLoad: false,
		});
		expect(notices).toHaveLength(1);
		expect(notices[0]).toMatch(
			/^pullback: running on fewer threads than asked for: a worker could not/,
		);
	},
);

test('a policy that forbids workers brings no notice where one thread is wanted', async () => {
	const { trained, notices } = await inPage({ cores: 1 }, { policy: "worker-src 'self'" });
	expect({ trained, notices }).toEqual({ trained: trainedInNode, notices: [] });
});

test('under a policy that forbids WebAssembly, compile is the interpreter, with one notice', async () => {
	const { trained, notices } = await inPage(
		{ cores: 4 },
		{ policy: `script-src ${location.origin}` },
	);
	for (const [i, loss] of trained.losses.entries())
		expect(Math.abs(loss - (trainedInNode.losses[i] ?? 0))).toBeLessThan(1e-4);
	expect(trained.losses).toHaveLength(trainedInNode.losses.length);
	expect(notices).toHaveLength(1);
	expect(notices[0]).toMatch(/^pullback: interpreting compiled functions.*wasm-unsafe-eval/);
});
