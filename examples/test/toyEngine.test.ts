import { engineLaws } from '@pullback/verify';
import { describe, test } from 'vitest';
import { toyEngine } from '../engines/toyEngine.ts';

describe('the toy engine keeps the laws of engines', () => {
	for (const { title, check } of engineLaws({ newEngine: () => toyEngine, runs: 30 }))
		test(title, check);
});
