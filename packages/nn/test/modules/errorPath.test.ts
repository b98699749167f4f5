import {
	compile,
	DTypeError,
	matmul,
	type Node,
	type Operand,
	randomKey,
	ShapeError,
	tensor,
	variable,
} from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Affine, callWith, Module, Sequential, sequential, Tanh } from '../../src/index.ts';

const affine = (inputs: number, outputs: number): Affine =>
	new Affine({ inputs, outputs, key: randomKey(1) });

const thrownBy = (f: () => unknown): unknown => {
	try {
		f();
	} catch (error) {
		return error;
	}
	throw new Error('nothing was thrown');
};

class Net extends Module {
	readonly encoder = sequential(affine(2, 3), new Tanh(), sequential(affine(3, 3), affine(4, 1)));
	readonly heads = { left: affine(2, 2), right: new Map([['deep', [affine(5, 1)]]]) };
	readonly #way: string;

	constructor(way: string) {
		super();
		this.#way = way;
	}

	override forward(x: Operand): Node {
		if (this.#way === 'right') {
			const [head] = this.heads.right.get('deep') ?? [];
			return head?.forward(x) ?? tensor(0);
		}
		// Not by way of the encoder itself.
		if (this.#way === 'inside') return this.encoder.layers[2].layers[1].forward(x);
		return this.encoder.forward(x);
	}
}

test.each([
	[
		'encoder',
		'encoder.layers.2.layers.1',
		'Affine: got [1, 3], needs 4 as the last axis for a weight of [4, 1]',
	],
	[
		'right',
		'heads.right.deep.0',
		'Affine: got [1, 2], needs 5 as the last axis for a weight of [5, 1]',
	],
	['inside', 'encoder.layers.2.layers.1', 'Affine: got [1, 2], needs 4'],
])(
	'an error in a layer tells the path to it, from the net on, and stays as it is otherwise (%s)',
	(way, path, message) => {
		const net = new Net(way);
		const calls: (() => unknown)[] = [
			() => net.forward([[1, 2]]),
			() => compile((x: Node) => net.forward(x))([[1, 2]]),
			() => callWith(net, net.parameters(), [[1, 2]]),
		];
		for (const call of calls) {
			const error = thrownBy(call);
			expect(error).toBeInstanceOf(ShapeError);
			if (!(error instanceof ShapeError)) continue;
			expect(error.message).toContain(message);
			expect(error.message.endsWith(` (in ${path} of Net)`)).toBe(true);
			// Some engines begin the stack with the message; it was thrown in the layer.
			const beginsWithMessage = new Error('message').stack?.includes('message');
			if (beginsWithMessage) expect(error.stack).toContain(`${error.message}\n`);
			// In Firefox stacks begin with the constructor of the error's class.
			const files = error.stack?.match(/\w+\.ts/g)?.filter((file) => file !== 'errors.ts');
			expect(files?.[0]).toBe('affine.ts');
			expect(Object.keys(error)).toEqual(Object.keys(new ShapeError('')));
		}
	},
);

test('functions in a sequence are told by their place, whatever they throw', () => {
	class Own extends Error {}
	const frozen = Object.freeze(new Own('frozen'));
	const own = new Own('of $& and $1');
	const thrown: [() => never, unknown, string][] = [
		[
			() => {
				throw own;
			},
			own,
			'of $& and $1 (in layers.1.layers.0 of Sequential)',
		],
		[
			() => {
				throw frozen;
			},
			frozen,
			'frozen',
		],
		[
			() => {
				throw 'text';
			},
			'text',
			'',
		], // as users may
	];
	for (const [f, expected, message] of thrown) {
		const error = thrownBy(() => sequential(new Tanh(), sequential(f)).forward(1));
		expect(error).toBe(expected);
		if (error instanceof Error) expect(error.message).toBe(message);
	}
	const weight = variable([[1, 2]]);
	expect(() =>
		sequential(
			(x) => matmul(x, weight),
			(x) => matmul(x, weight),
		).forward([[1]]),
	).toThrow(/ \(in layers\.1 of Sequential\)$/);
	expect(() => sequential((x) => x.logicalNot().neg()).forward(1)).toThrow(DTypeError);
});

test('the error of a module by itself, and of one that another does not hold, has no path', () => {
	const alone = affine(3, 1);
	expect(() => alone.forward([1])).toThrow(/a weight of \[3, 1\]$/);
	class Outside extends Module {
		override forward(x: Operand): Node {
			return alone.forward(x);
		}
	}
	expect(() => new Outside().forward([1])).toThrow(/a weight of \[3, 1\]$/);
});

test('an error that a module takes care of leaves no trace', () => {
	class Careful extends Module {
		readonly fails = affine(3, 1);
		readonly works = affine(1, 1);
		override forward(x: Operand): Node {
			try {
				return this.fails.forward(x);
			} catch {
				return this.works.forward(x);
			}
		}
	}
	expect(sequential(new Careful()).forward([1]).shape).toEqual([1]);
});

test('in nets of any form, the path is the one by which the layer is found', () => {
	const { net: nets } = fc.letrec<{ net: 'fails' | 'works' | readonly unknown[] }>((tie) => ({
		net: fc.oneof(
			{ depthSize: 'small', maxDepth: 4 },
			fc.constantFrom('fails' as const, 'works' as const),
			fc.array(tie('net'), { maxLength: 3 }),
		),
	}));
	class Fails extends Module {
		override forward(): Node {
			throw new RangeError('failed');
		}
	}
	fc.assert(
		fc.property(nets, (form) => {
			let first: string | null = null;
			const make = (part: unknown, path: string): Module => {
				if (part === 'works') return new Tanh();
				if (part === 'fails') {
					first ??= path;
					return new Fails();
				}
				const parts = (part as readonly unknown[]).map((each, i) =>
					make(each, `${path}${path === '' ? '' : '.'}layers.${i}`),
				); // the rest of the forms
				return new Sequential(parts);
			};
			const net = make(form, '');
			if (first === null) expect(net.forward(1).shape).toEqual([]);
			else
				expect(thrownBy(() => net.forward(1))).toMatchObject({
					name: 'RangeError',
					message: first === '' ? 'failed' : `failed (in ${first} of Sequential)`,
				});
		}),
	);
});
