import { engineLaws } from '@pullback/verify';
import { test } from 'vitest';
import type { Engine } from '../../src/index.ts';
import { forEveryEngine } from './engines.ts';

forEveryEngine(({ engine, fused = false, late, times }) => {
	if (late) return;
	const newEngine = (): Engine => engine as Engine; // not late
	for (const { title, check } of engineLaws({ newEngine, fused, runs: times(40).numRuns }))
		test(title, check);
});
