import { createHash } from 'node:crypto';
import { parseSet } from '@pullback/mnist/browser';
import { describe, expect, test } from 'vitest';
import { digits } from '../../packages/mnist/test/digits.ts';
import type { Choice, Report } from '../mnist/protocol.ts';
import { Session } from '../mnist/training/session.ts';

/** Images of one bright row each, in place of MNIST. */
const data = (() => {
	const { images, labels } = digits(200);
	const set = parseSet(
		{ file: 'images', bytes: images },
		{ file: 'labels', bytes: labels },
		{ normalize: false },
	);
	return { train: set, test: set };
})();

const choice: Choice = { net: 'two-layer', learningRate: 0.1, batchSize: 20, seed: 1 };

/** A session with all that it tells, and a way to wait for a report. */
function begun(fetchData: () => Promise<typeof data> = async () => data) {
	const reports: Report[] = [];
	const session = new Session(fetchData, (report) => reports.push(report));
	const next = async (kind: Report['kind']): Promise<Report> => {
		const from = reports.length;
		for (;;) {
			const found = reports.slice(from).find((report) => report.kind === kind);
			if (found !== undefined) return found;
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
	};
	return { session, reports, next };
}

/** A digest of the weights at hand, as they are saved. */
async function savedBy({ session, next }: ReturnType<typeof begun>): Promise<string> {
	const report = next('saved');
	await session.handle({ kind: 'save' });
	const saved = await report;
	if (saved.kind !== 'saved') throw new Error('nothing was saved');
	return createHash('sha256').update(saved.bytes).digest('hex');
}

describe('a session', () => {
	test('stops between two steps, and tells every loss once', async () => {
		const { session, reports, next } = begun();
		const stopped = next('stopped');
		void session.handle({ kind: 'train', choice });
		await next('tested');
		await session.handle({ kind: 'stop' });
		expect(await stopped).toMatchObject({ finished: false });
		const last = reports.findLast((report) => report.kind === 'steps');
		const losses = reports.flatMap((report) => (report.kind === 'steps' ? [...report.losses] : []));
		expect(losses.length).toBe(last?.step);
		expect(last?.epoch).toBe((last?.step ?? 0) / 10);
		const count = reports.length;
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(reports.slice(count).filter(({ kind }) => kind === 'steps')).toEqual([]);
		await session.handle({ kind: 'choose', choice });
	});

	test('is not begun by data that come after a stop', async () => {
		let come: (set: typeof data) => void = () => undefined;
		const { session, reports } = begun(
			() =>
				new Promise((resolve) => {
					come = resolve;
				}),
		);
		const training = session.handle({ kind: 'train', choice });
		await session.handle({ kind: 'stop' });
		come(data);
		await training;
		expect(reports.some(({ kind }) => kind === 'begun' || kind === 'steps')).toBe(false);
	});

	test('fetches data anew after a failure, which it tells', async () => {
		let count = 0;
		const own = begun(async () => {
			count++;
			if (count === 1) throw new Error('not there');
			return data;
		});
		await own.session.handle({ kind: 'train', choice });
		expect(own.reports.at(-1)).toEqual({ kind: 'failed', request: 'train', message: 'not there' });
		void own.session.handle({ kind: 'train', choice });
		await own.next('steps');
		await own.session.handle({ kind: 'choose', choice });
		expect(count).toBe(2);
	});

	test('ends a run once another net is chosen, and tells no more of it', async () => {
		const { session, reports, next } = begun();
		// So many steps that it does not end by itself.
		const training = session.handle({ kind: 'train', choice: { ...choice, batchSize: 1 } });
		await next('steps');
		await session.handle({ kind: 'choose', choice: { ...choice, seed: 2 } });
		const from = reports.length;
		await training;
		expect(reports.slice(from)).toEqual([]);
	});

	test.each([
		['no safetensors', Uint8Array.of(1, 2, 3)],
		['empty', new Uint8Array()],
	])('keeps its weights and its run where a file is %s', async (_, bytes) => {
		const own = begun();
		const before = await savedBy(own);
		await own.session.handle({ kind: 'load', file: 'other', bytes: new Uint8Array(bytes) });
		expect(own.reports.at(-1)).toMatchObject({ kind: 'failed', request: 'load' });
		expect(await savedBy(own)).toEqual(before);
	});

	test('ends a run that would make a number that is not finite, and keeps the weights', async () => {
		const own = begun();
		await own.session.handle({ kind: 'train', choice: { ...choice, learningRate: 1e30 } });
		const failed = own.reports.at(-1);
		expect(failed).toMatchObject({ kind: 'failed', request: 'train' });
		expect(failed?.kind === 'failed' && failed.message).toMatch(/lower the learning rate$/);
	});

	test('refuses a choice that there cannot be, and keeps its net', async () => {
		const own = begun();
		const before = await savedBy(own);
		await own.session.handle({ kind: 'choose', choice: { ...choice, batchSize: 0 } });
		expect(own.reports.at(-1)).toMatchObject({ kind: 'failed', request: 'choose' });
		expect(await savedBy(own)).toEqual(before);
	});
});
