import { expect, test } from 'vitest';
import { compiler, type Engine, type Node, tensor } from '../src/index.ts';
import { interpreter } from '../src/reference/interpreter.ts';

test('of one compiled function the programs of the 256 shapes used last are kept, and all others freed', () => {
	const live = new Set<number>();
	let made = 0;
	const counting: Engine = {
		name: 'counting',
		compile: (graph) => {
			const number = made++;
			live.add(number);
			const program = interpreter.compile(graph);
			return {
				run: (inputs) => {
					expect(live.has(number)).toBe(true);
					return program.run(inputs);
				},
				free: () => expect(live.delete(number)).toBe(true),
			};
		},
	};
	const sum = compiler(counting)((x: Node) => x.sum());
	const ones = (length: number): number => sum(tensor(new Float32Array(length).fill(1))).item();
	for (let length = 1; length <= 5000; length++) {
		expect(ones(length)).toBe(length);
		// One that is used again and again stays.
		expect(ones(1)).toBe(1);
	}
	expect(made).toBe(5000);
	expect(live.size).toBe(256);
	expect(live.has(0)).toBe(true);
	for (let length = 5000 - 254; length <= 5000; length++) ones(length);
	expect(made).toBe(5000);
	expect(ones(2)).toBe(2);
	expect(made).toBe(5001);
});
