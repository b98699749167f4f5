import { type Node, randomKey, relu, tensor } from '@pullback/core';
import { expect, test } from 'vitest';
import { Affine, LSTM, Module, observingCalls, sequential } from '../../src/index.ts';

test('a call is told when it begins and when it has returned, inner calls between both', () => {
	const [first, last] = [1, 2].map(
		(seed) => new Affine({ inputs: 2, outputs: 2, key: randomKey(seed) }),
	) as [Affine, Affine]; // two
	const net = sequential(first, relu, last);
	const told: unknown[] = [];
	const output = observingCalls(
		{
			entered: (module) => told.push(['entered', module]),
			returned: (module, result) => told.push(['returned', module, result]),
		},
		() => net.forward([[1, 2]]),
	);
	const names = told.map((each) => (each as unknown[]).slice(0, 2));
	expect(names).toEqual([
		['entered', net],
		['entered', first],
		['returned', first],
		['entered', last],
		['returned', last],
		['returned', net],
	]);
	expect(told.at(-1)).toEqual(['returned', net, output]);
});

test('each step of a recurrent net is a call of its cell', () => {
	const net = new LSTM({ inputs: 2, hidden: 3, key: randomKey(0) });
	const count = new Map<string, number>();
	const counted = (word: string) => (module: object) => {
		const name = `${word} ${module.constructor.name}`;
		count.set(name, (count.get(name) ?? 0) + 1);
	};
	const observer = { entered: counted('entered'), returned: counted('returned') };
	observingCalls(observer, () => net.forward(tensor([5, 2].map(() => [1, 2]))));
	expect(count.get('entered LSTMCell')).toBe(2);
	expect(count.get('returned LSTMCell')).toBe(2);
});

test('a call that throws ends without an output, and nobody is told of calls afterwards', () => {
	class Failing extends Module {
		override forward(): Node {
			throw new RangeError('no');
		}
	}
	const net = new Failing();
	const told: string[] = [];
	const observer = {
		entered: () => void told.push('entered'),
		returned: () => void told.push('returned'),
		threw: () => void told.push('threw'),
	};
	expect(() => observingCalls(observer, () => net.forward())).toThrow(RangeError);
	expect(() => net.forward()).toThrow(RangeError);
	expect(told).toEqual(['entered', 'threw']);
});
