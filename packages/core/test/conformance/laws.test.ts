import { engineLaws } from '@pullback/verify';
import { test } from 'vitest';
import { forEveryEngine } from './engines.ts';

forEveryEngine(({ engine, fused = false, times }) => {
	const { numRuns: runs } = times(20);
	for (const { title, check } of engineLaws({ newEngine: () => engine, fused, runs }))
		test(title, check);
});
