import { test } from 'vitest';
import { grad, type Node, stack } from '../../src/index.ts';
import { filled } from '../compiled.ts';
import { forEveryEngine } from './engines.ts';

forEveryEngine((tested) => {
	test.each<[string, (x: Node) => Node]>([
		[
			'a long chain',
			(x) => {
				let y = x;
				for (let i = 0; i < 1500; i++) y = i % 3 === 0 ? y.mul(0.999) : y.add(x.mul(0.001));
				return y;
			},
		],
		[
			'60 sums of a value and itself',
			(x) => {
				let y = x;
				for (let i = 0; i < 60; i++) y = y.add(y);
				return y;
			},
		],
		['500 parts of one sum', (x) => stack(Array.from({ length: 500 }, (_, i) => x.mul(i))).sum(0)],
	])('%s compiles, and its value and gradient are the interpreter’s', (_, f) =>
		tested.computes((x: Node) => [f(x), ...grad(f(x).sum(), [x])], [filled([5], 'f64', 1)]),
	);
});
