import { type Node, randomKey, type Variable, variable } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Affine, Module, Relu, sequential, Tanh } from '../src/index.ts';

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

const fieldNames = fc.oneof(
	fc.constantFrom('a', 'b', 'a.b', '.', '', '"a"', '"a.b"', '"a', 'b"', '0', 'layers', '__proto__'),
	fc.string({ maxLength: 3 }),
);

test('every Variable in a net is a parameter once, under a path of its own, whatever the fields are called and share', () => {
	/** Parts made one after another of any parts before: Variables, Modules, arrays. */
	const parts = fc.array(
		fc.record({
			kind: fc.constantFrom('variable', 'module', 'array'),
			fields: fc.array(fc.tuple(fieldNames, fc.nat()), { maxLength: 4 }),
		}),
		{ maxLength: 12 },
	);
	fc.assert(
		fc.property(parts, (specifications) => {
			const variables = new Set<Variable>();
			/** Each part, and the Variables in it. */
			const made: { part: unknown; within: Set<Variable> }[] = [{ part: null, within: new Set() }];
			for (const { kind, fields } of specifications) {
				if (kind === 'variable') {
					const part = variable(variables.size);
					variables.add(part);
					made.push({ part, within: new Set([part]) });
					continue;
				}
				const unique = [...new Map(fields)].map(
					([name, at]) => [name, made[at % made.length]] as const,
				);
				const within = new Set(unique.flatMap(([, field]) => [...(field?.within ?? [])]));
				const values = unique.map(([name, field]) => [name, field?.part] as const);
				const part = kind === 'array' ? values.map(([, value]) => value) : new Fields(values);
				made.push({ part, within });
			}
			const whole = new Fields(made.map(({ part }, i) => [`part ${i}`, part]));
			const named = whole.namedParameters();
			expect(new Set(named.values())).toEqual(variables);
			expect(named.size).toBe(variables.size);
			expect(whole.parameters()).toEqual([...named.values()]);
			for (const { part, within } of made)
				if (part instanceof Module) {
					expect(new Set(part.parameters())).toEqual(within);
					expect(part.namedParameters().size).toBe(within.size);
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

test('a module within an array that contains it is refused', () => {
	const parts: unknown[] = [];
	const loop = new Fields([['parts', parts]]);
	parts.push([loop]);
	expect(() => loop.parameters()).toThrow('the module at parts.0.0 contains itself');
});
