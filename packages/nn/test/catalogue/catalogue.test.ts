import { expect, test } from 'vitest';
import * as nn from '../../src/index.ts';
import { dataLaws } from './data.laws.ts';
import { all, names } from './findings.ts';
import { initializerLaws } from './initializers.laws.ts';
import { metricLaws } from './metrics.laws.ts';
import { nodeLaws } from './nodes.laws.ts';
import { stepLaws } from './steps.laws.ts';
import { columns, meaningless, tableOf } from './table.ts';
import { trainingLaws } from './training.laws.ts';

nodeLaws();
initializerLaws();
stepLaws();
metricLaws();
trainingLaws();
dataLaws();

test('all that the package exports is in the table, which says what was found', async () => {
	expect(names.toSorted()).toEqual(Object.keys(nn).toSorted());
	for (const { name, row, found } of all) {
		if (typeof row === 'string') continue;
		// Each law has found something, or makes no sense.
		for (const column of columns)
			expect(found.has(column), `${column} of ${name}`).toBe(!(column in meaningless[row.kind]));
		if (row.kind === 'layer' || row.kind === 'function')
			expect(row.reason !== undefined, `a reason why ${name} is not checked to second order`).toBe(
				(row.order ?? 2) < 2,
			);
	}
	await expect(tableOf(all)).toMatchFileSnapshot('../../../../docs/nn.md');
});
