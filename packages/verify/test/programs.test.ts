import * as core from '@pullback/core';
import { compiler, grad, interpreter, type Node, topologicalOrder, vmap } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkAdjoint, checkGradients, checkTaylor, programs } from '../src/index.ts';

const sample = fc.sample(programs(), { numRuns: 400, seed: 1 });

test('random programs share values, branch, lead nowhere, and use every dtype', () => {
	const graphs = sample.map((program) => topologicalOrder([program.run(...program.inputs)]));
	const users = (nodes: readonly Node[]) =>
		nodes.map((node) => nodes.filter(({ inputs }) => inputs.includes(node)).length);
	expect(graphs.some((nodes) => Math.max(...users(nodes)) > 2)).toBe(true);
	const dtypes = new Set(graphs.flat().map(({ dtype }) => dtype));
	expect(dtypes).toEqual(new Set(['f64', 'f32', 'i32', 'bool']));
	const primitives = new Set(graphs.flat().map(({ primitive }) => primitive.name));
	for (const name of ['matmul', 'gather', 'where', 'max', 'sort', 'pad', 'erf'])
		expect(primitives).toContain(name);
	expect(sample.some(({ inputs }) => inputs.some(({ shape }) => shape.includes(0)))).toBe(true);
});

test('the code of a program computes what the program does', () => {
	for (const program of sample.slice(0, 100)) {
		const code = new Function('core', `const { tensor, sum } = core; ${program}; return y;`);
		expect((code(core) as Node).item()).toBe(program.run(...program.inputs).item()); // the code ends in a Node
	}
});

test('the operations of a program, replayed, give the values that its own value is the sum of', () => {
	for (const program of sample) {
		const names: string[] = [];
		const last = program.replay(program.inputs, (method, [x, ...others], rest) => {
			names.push(method);
			const methods = x as unknown as Record<string, (...args: unknown[]) => Node>; // methods of Node
			return (methods[method] as (...args: unknown[]) => Node).call(x, ...others, ...rest); // it has the method
		});
		const terms = last.map((node) => core.sum(node.cast('f64')));
		const total = terms.reduceRight((sum, term) => term.add(sum));
		expect(total.item()).toBe(program.run(...program.inputs).item());
		expect(names).toHaveLength(String(program).match(/const v/g)?.length ?? 0);
	}
});

test('the inputs of programs are made of the elements asked for', () => {
	fc.assert(
		fc.property(programs({ elements: fc.constantFrom(0.5, -100) }), ({ inputs }) =>
			inputs.every((input) => input.view().every((x) => x === 0.5 || x === -100)),
		),
	);
});

test('a program compiled for the interpreter is the program, to the last bit', () => {
	const compile = compiler(interpreter);
	fc.assert(
		fc.property(programs(), (program) => {
			const f = (...inputs: Node[]) => program.run(...inputs);
			expect(compile(f)(...program.inputs).item()).toBe(f(...program.inputs).item());
		}),
	);
});

test('the gradient of a smooth program is the differences’, to second order', () => {
	fc.assert(
		fc.property(programs({ branches: false }), (program) => {
			const f = (...inputs: Node[]) => program.run(...inputs);
			checkGradients(f, program.inputs, { order: 2 }).assert();
			expect(checkTaylor(f, program.inputs)).toMatchObject({ ok: true });
		}),
	);
});

test('the gradient of any program is the differences’ wherever they can tell', () => {
	let [checked, undecided] = [0, 0];
	fc.assert(
		fc.property(programs(), (program) => {
			const report = checkGradients((...inputs) => program.run(...inputs), program.inputs);
			report.assert();
			checked += report.checked;
			undecided += report.undecided.length;
		}),
	);
	// Random inputs hold many zeros and equals, where functions branch; most derivatives are told all the same.
	expect(undecided / checked).toBeLessThan(0.5);
});

test('both modes of any program are each other’s transpose', () => {
	fc.assert(
		fc.property(programs(), (program) => {
			const f = (...inputs: Node[]) => program.run(...inputs);
			expect(checkAdjoint(f, program.inputs)).toMatchObject({ ok: true });
		}),
	);
});

test('a program in a batch is the program on each example', () => {
	fc.assert(
		fc.property(programs(), (program) => {
			const f = (...inputs: Node[]) => {
				const y = program.run(...inputs);
				return [y, ...grad(y, inputs)];
			};
			const alone = f(...program.inputs);
			const batch = vmap(f)(...program.inputs.map((input) => core.stack([input, input])));
			for (const [i, each] of batch.entries())
				for (const part of [each.slice(0), each.slice(1)]) {
					const gap = part
						.sub(alone[i] ?? Number.NaN)
						.abs()
						.sum()
						.item();
					// Two dozen sums of numbers of ordinary size, in another order.
					expect(gap).toBeLessThan(1e-10 * (1 + (alone[i] as Node).abs().sum().item())); // as many as alone
				}
		}),
	);
});

test('a failing program shrinks to the operation that fails', () => {
	const { counterexample } = fc.check(
		fc.property(programs({ branches: false }), (program) =>
			topologicalOrder([program.run(...program.inputs)]).every(
				({ primitive }) => primitive.name !== 'tanh',
			),
		),
		{ seed: 5, numRuns: 1000 },
	);
	const [smallest] = counterexample ?? [];
	expect(String(smallest).match(/const v/g)).toHaveLength(1);
	expect(String(smallest)).toContain('.tanh()');
});
