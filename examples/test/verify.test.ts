import { readFileSync } from 'node:fs';
import { gradientProperty, tensors } from '@pullback/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { forgetfulSwish } from '../verify/swish.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

test('the test that the README shows is the one that runs', () => {
	const shown = readFileSync(new URL('../verify/swish.test.ts', import.meta.url), 'utf8');
	expect(readme).toContain(`\`\`\`ts\n${shown}\`\`\``);
});

test('the failure that the README shows is what a forgotten term gives', () => {
	const property = gradientProperty(forgetfulSwish, fc.tuple(tensors([2])), { order: 2 });
	const { counterexample, errorInstance } = fc.check(property, { seed: 1 });
	const message = errorInstance instanceof Error ? errorInstance.message : '';
	expect(readme).toContain(
		`\`\`\`\nCounterexample: [[${counterexample?.[0]}]]\n${message}\n\`\`\``,
	);
});
