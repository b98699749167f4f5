import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearestName } from '../src/graph/nearestName.ts';
import { full, gather, jacobian, sum, tensor, uniform, variable, vmap } from '../src/index.ts';

const names = ['learningRate', 'keepDims', 'epsilon', 'momentum', 'inAxes', 'outAxes', 'dtype'];

/** Ways to write a name that other libraries, and slips of the pen, have. */
const spellings: readonly ((name: string, at: number) => string)[] = [
	(name) => name,
	(name) => name.toLowerCase(),
	(name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
	(name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).toUpperCase(),
	(name, at) => name.slice(0, at) + name.slice(at + 1),
	(name, at) => `${name.slice(0, at)}x${name.slice(at)}`,
	(name, at) => `${name.slice(0, at)}x${name.slice(at + 1)}`,
	(name) => `${name}s`,
];

test('another spelling of a name, or one letter more, less or wrong, is known for that name', () => {
	fc.assert(
		fc.property(
			fc.constantFrom(...names),
			fc.constantFrom(...spellings),
			fc.nat(11),
			(name, spelling, at) => {
				expect(nearestName(spelling(name, at % name.length), names)).toBe(name);
			},
		),
	);
});

test('initials and parts of a name are known for it, and what is like none for none', () => {
	expect(nearestName('lr', names)).toBe('learningRate');
	expect(nearestName('eps', names)).toBe('epsilon');
	expect(nearestName('rate', names)).toBe('learningRate');
	for (const name of ['', '__proto__', 'weightDecay', 'x', 'x'.repeat(1_000_000)])
		expect(nearestName(name, names)).toBeUndefined();
});

test('functions refuse options that there are not', () => {
	const x = tensor([1, 2]);
	// What plain JavaScript passes, and variables do in TypeScript.
	const loose = (options: object): object => options;
	const mistakes: [() => unknown, string][] = [
		[
			() => sum(x, 0, loose({ keepdims: true })),
			'sum: there is no option keepdims; did you mean keepDims?',
		],
		[
			() => uniform(x, [2], loose({ min: 0 })),
			'uniform: there is no option min; the options are low, high, dtype',
		],
		[
			() => gather(x, [0], loose({ dim: 0 })),
			'gather: there is no option dim; the options are axis, batch, fromEnd',
		],
		[
			() => variable(1, loose({ Name: 'a' })),
			'variable: there is no option Name; did you mean name?',
		],
		[
			() => vmap(() => x, loose({ in_axes: 0 })),
			'vmap: there is no option in_axes; did you mean inAxes?',
		],
		[() => jacobian(x, x, loose({ vectorize: true })), 'jacobian: there is no option vectorize'],
		[
			() => full([1], 2, loose(x)),
			'full: options are a Node; they must be an object of named options',
		],
		[() => full([1], 2, loose(new Map())), 'full: options are a Map'],
	];
	for (const [make, message] of mistakes) {
		expect(make).toThrow(TypeError);
		expect(make).toThrow(message);
	}
});
