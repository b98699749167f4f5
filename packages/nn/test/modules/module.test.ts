import { type Node, randomKey, type Variable, variable } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Affine, Buffer, buffer, Module, Relu, sequential, Tanh } from '../../src/index.ts';

const affine = (inputs: number, outputs: number) =>
	new Affine({ inputs, outputs, key: randomKey(inputs) });

test('parameters are found in the fields of a module, by dotted path', () => {
	const net = sequential(affine(2, 3), new Relu(), sequential(affine(3, 1), new Tanh()));
	expect([...net.namedParameters().keys()]).toEqual([
		'layers.0.weight',
		'layers.0.bias',
		'layers.2.layers.0.weight',
		'layers.2.layers.0.bias',
	]);
	expect(net.parameters()[0]).toBe((net.layers[0] as Affine).weight);
});

test('a parameter reached on two paths is listed once', () => {
	const shared = affine(2, 2);
	expect(sequential(shared, new Relu(), shared).parameters()).toHaveLength(2);
});

test('a class with Variables of its own is a module', () => {
	class Scale extends Module {
		readonly factor = variable(3, { name: 'factor' });
		override forward(x: Parameters<Module['forward']>[0]) {
			return this.factor.read().mul(x);
		}
	}
	const scale = new Scale();
	expect([...scale.namedParameters().keys()]).toEqual(['factor']);
	expect(scale.forward(2).item()).toBe(6);
});

test('a module that contains itself is refused', () => {
	class Loop extends Module {
		readonly self: Module = this;
		override forward() {
			return this.self.forward(0);
		}
	}
	expect(() => new Loop().parameters()).toThrow('the module at self contains itself');
});

/** A module with fields of any names. */
class Fields extends Module {
	constructor(fields: readonly (readonly [string, unknown])[]) {
		super();
		// As a class defines its fields: an assignment to __proto__ would be none.
		for (const [name, value] of fields)
			Object.defineProperty(this, name, {
				value,
				enumerable: true,
				writable: true,
				configurable: true,
			});
	}
	override forward(): Node {
		throw new Error('a module of the test computes nothing');
	}
}

/** Few, so that paths made of them meet. */
const fieldNames = fc.oneof(
	{ weight: 6, arbitrary: fc.constantFrom('a', 'b', 'a.b') },
	{ weight: 2, arbitrary: fc.constantFrom('', '.', '"a.b"', '"a', 'b"', '0', '__proto__') },
	{ weight: 1, arbitrary: fc.string({ maxLength: 3 }) },
);

/** What holds parts, made of names and parts. */
const wholes = {
	module: (fields: readonly (readonly [string, unknown])[]) => new Fields(fields),
	array: (fields: readonly (readonly [string, unknown])[]) => fields.map(([, each]) => each),
	object: (fields: readonly (readonly [string, unknown])[]) => Object.fromEntries(fields),
	map: (fields: readonly (readonly [string, unknown])[]) => new Map(fields),
	set: (fields: readonly (readonly [string, unknown])[]) => new Set(fields.map(([, each]) => each)),
};

/** What a field holds: one of a few Variables, a whole of parts, or one that was made before. */
type Part =
	| { readonly variable: number }
	| { readonly fields: readonly (readonly [string, Part])[]; readonly kind: keyof typeof wholes }
	| { readonly again: number };

const { part: nets } = fc.letrec<{ part: Part }>((tie) => ({
	part: fc.oneof(
		{ depthSize: 'max', maxDepth: 3 },
		{ weight: 2, arbitrary: fc.record({ variable: fc.nat(9) }) },
		{
			weight: 4,
			arbitrary: fc.record({
				fields: fc.uniqueArray(fc.tuple(fieldNames, tie('part')), {
					maxLength: 6,
					size: 'max',
					selector: ([name]) => name,
				}),
				kind: fc.oneof(
					{ weight: 4, arbitrary: fc.constant('module' as const) },
					{ weight: 3, arbitrary: fc.constantFrom('array', 'object', 'map', 'set') },
				),
			}),
		},
		{ weight: 1, arbitrary: fc.record({ again: fc.nat() }) },
	),
}));

test('every Variable in a net is a parameter or a buffer once, under a path of its own, whatever holds it, and whatever the fields are called and share', () => {
	fc.assert(
		fc.property(nets, (net) => {
			const variables = Array.from({ length: 10 }, (_, i) => (i < 7 ? variable(i) : buffer(i)));
			const made: { whole: unknown; within: Set<Variable> }[] = [];
			const make = (part: Part): { whole: unknown; within: Set<Variable> } => {
				if ('again' in part)
					return made[part.again % made.length] ?? { whole: null, within: new Set() };
				if ('variable' in part) {
					const whole = variables[part.variable] as Variable; // one of ten
					return { whole, within: new Set([whole]) };
				}
				const fields = part.fields.map(([name, each]) => [name, make(each)] as const);
				const within = new Set(fields.flatMap(([, each]) => [...each.within]));
				const values = fields.map(([name, each]) => [name, each.whole] as const);
				const whole = wholes[part.kind](values);
				made.push({ whole, within });
				return { whole, within };
			};
			make(net);
			for (const { whole, within } of made) {
				if (!(whole instanceof Module)) continue;
				const all = [...whole.namedVariables()];
				expect(all).toHaveLength(within.size);
				expect(new Set(all.map(([, each]) => each))).toEqual(within);
				const isBuffer = ([, each]: [string, Variable]) => each instanceof Buffer;
				expect([...whole.namedBuffers()]).toEqual(all.filter(isBuffer));
				expect([...whole.namedParameters()]).toEqual(all.filter((each) => !isBuffer(each)));
				expect(whole.buffers()).toEqual([...whole.namedBuffers().values()]);
				expect(whole.parameters()).toEqual([...whole.namedParameters().values()]);
			}
		}),
	);
});

test('fields whose names hold dots do not hide others', () => {
	const [inner, outer] = [variable(1), variable(2)];
	const net = new Fields([
		['a', new Fields([['b', inner]])],
		['a.b', outer],
	]);
	expect([...net.namedParameters()]).toEqual([
		['a.b', inner],
		['"a.b"', outer],
	]);
});

test('the parameters of a net of 100 levels, each with the one below twice, are found, and of one of 20,000 levels', () => {
	let shared: Module = affine(2, 2);
	for (let i = 0; i < 100; i++) shared = sequential(shared, shared);
	expect(shared.parameters()).toHaveLength(2);
	let deep: Module = affine(2, 2);
	for (let i = 0; i < 20_000; i++) deep = new Fields([['', deep]]);
	expect(deep.parameters()).toHaveLength(2);
});

test('parameters are found in plain objects, Maps and Sets, by their keys and positions', () => {
	const [a, b, c, d, e] = Array.from({ length: 5 }, (_, i) => variable(i)) as [
		Variable,
		Variable,
		Variable,
		Variable,
		Variable,
	]; // five
	const net = new Fields([
		['heads', { first: a, 'a.b': new Fields([['scale', b]]) }],
		[
			'byKey',
			new Map<unknown, unknown>([
				['left', c],
				[7, [d]],
			]),
		],
		['set', new Set([null, e])],
	]);
	expect([...net.namedParameters()]).toEqual([
		['heads.first', a],
		['heads."a.b".scale', b],
		['byKey.left', c],
		['byKey.7.0', d],
		['set.1', e],
	]);
});

test('objects that hold each other are no fault, as long as they hold no module that holds them', () => {
	const configuration: { readonly scale: Variable; self?: unknown } = { scale: variable(1) };
	configuration.self = [configuration];
	expect([...new Fields([['all', configuration]]).namedParameters().keys()]).toEqual(['all.scale']);
});

test('keys of a Map that read alike are refused', () => {
	const keys = new Map<unknown, unknown>([
		[1, variable(1)],
		['1', variable(2)],
	]);
	expect(() => new Fields([['keys', keys]]).parameters()).toThrow(
		'namedParameters: two Variables have the path keys.1',
	);
});

test('a module within an array that contains it is refused', () => {
	const parts: unknown[] = [];
	const loop = new Fields([['parts', parts]]);
	parts.push([loop]);
	expect(() => loop.parameters()).toThrow('the module at parts.0.0 contains itself');
});
