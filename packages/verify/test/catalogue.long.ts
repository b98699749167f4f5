// Takes minutes: npm run catalogue runs it, and writes docs/verify.md.
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { faults } from './catalogue/faults/index.ts';
import { right } from './catalogue/right/index.ts';
import { foundBy, searchFor, verdictOn } from './catalogue/run.ts';
import { documentOf, type FaultFinding, type Peer, type RightFinding } from './catalogue/table.ts';

const { FC_RUNS = '0' } = process.env;
/** The table's. */
const seed = 1;
/** FC_RUNS asks how reliably faults are found, and how fast. */
const seeds = Number(FC_RUNS) > 0 ? [1, 2, 3, 4, 5] : [];
let slowest = { name: '', seconds: 0 };
/** Operands of each right function that the table stands for. */
const points = 1;
const verdicts: RightFinding[] = [];
const finds: FaultFinding[] = [];

test.each(right)('$kind: no check calls it wrong: $name', (entry) => {
	const verdict = verdictOn(entry, { seed, numRuns: points });
	verdicts.push([entry, verdict]);
	expect([...verdict.alarms]).toEqual([]);
});

test.each(faults)('$kind: it is found, or said to be beyond what can be seen: $name', (entry) => {
	const found = foundBy(entry, seed);
	finds.push([entry, found]);
	expect(found.has('order 2')).toBe(entry.unseen === undefined);
	if (entry.unseen !== undefined) return;
	const searches = seeds.map((each) => ({ seed: each, ...searchFor(entry, each) }));
	for (const { seconds } of searches)
		if (seconds > slowest.seconds) slowest = { name: entry.name, seconds };
	expect(searches.filter(({ isFound }) => !isFound)).toEqual([]);
});

test('the table says what the checks see', async () => {
	expect(verdicts).toHaveLength(right.length);
	expect(finds).toHaveLength(faults.length);
	const document = documentOf({ right: verdicts, faults: finds, peer: peerOf() });
	await expect(document).toMatchFileSnapshot('../../../docs/verify.md');
});

test.runIf(seeds.length > 0)('each fault is found within five seconds, shrinking included', () => {
	console.log(`slowest: ${slowest.name}, ${slowest.seconds.toFixed(1)} s`);
	expect(slowest.seconds).toBeLessThan(5);
});

/** What PyTorch's checks said; null where they have not run. */
function peerOf(): Peer | null {
	const file = new URL('../../../docs/verify-torch.json', import.meta.url);
	return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Peer) : null; // its script wrote it
}
