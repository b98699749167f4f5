import { readFileSync } from 'node:fs';
import { matmul, type Node, type Operand } from '@pullback/core';
import { gradientProperty, tensors } from '@pullback/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { forgetfulSwish } from '../verify/swish.ts';
import { SwishLayer } from '../verify/swishLayer.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

test.each(['swishLayer.ts', 'swishLayer.test.ts'])(
	'what the README shows is what runs: %s',
	(file) => {
		const shown = readFileSync(new URL(`../verify/${file}`, import.meta.url), 'utf8');
		expect(readme).toContain(`\`\`\`ts\n${shown}\`\`\``);
	},
);

class ForgetfulLayer extends SwishLayer {
	override forward(x: Operand): Node {
		return forgetfulSwish(matmul(x, this.weight).add(this.bias));
	}
}

test('the failure that the README shows is what a forgotten term gives', () => {
	const layer = new ForgetfulLayer();
	const property = gradientProperty((x) => layer.forward(x), fc.tuple(tensors([1, 2])), {
		parameters: layer.parameters(),
		order: 2,
	});
	const { counterexample, errorInstance } = fc.check(property, { seed: 1 });
	const message = errorInstance instanceof Error ? errorInstance.message : '';
	expect(readme).toContain(
		`\`\`\`\nCounterexample: ${fc.stringify(counterexample)}\n${message}\n\`\`\``,
	);
});
