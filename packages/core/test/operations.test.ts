import { checkGradients } from '@pullback/verify';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import {
	compiler,
	grad,
	interpreter,
	jvp,
	type Node,
	stack,
	sum,
	tensor,
	topologicalOrder,
	vmap,
	zerosLike,
} from '../src/index.ts';
import { operations } from '../src/methods.ts';
import { primitives } from '../src/ops/primitives.ts';
import { Counted, expectSame, newWasmEngine } from './compiled.ts';
import { definitions, indicesOf, type Plain } from './definitions.ts';
import { type OperationName, type Row, rows } from './derivatives.rows.ts';
import { type Column, columns, matrixOf } from './matrix.ts';
import { runs } from './runs.ts';

/** Of every operation; of wrong derivative rules, so many operands find all but a thousandth. `npm run verify` has thousands. */
const many = runs(8);
/** Of what is composed of others, whose rules are tried on so many. */
const fewer = runs(4);
const runsOf = (name: string): typeof many => (isPrimitive(name) ? many : fewer);
const ran = new Map<string, number>();
const count = (name: string): void => void ran.set(name, (ran.get(name) ?? 0) + 1);
/** What each operation was found to keep in this run. */
const kept = new Map<string, Map<Column, string>>();
function keeps(name: string, found: readonly Column[], how = 'yes'): void {
	const columnsOf = kept.get(name) ?? new Map<Column, string>();
	for (const column of found) columnsOf.set(column, how);
	kept.set(name, columnsOf);
}

const names = Object.keys(rows);
const all = Object.entries(rows) as [OperationName, Row][]; // the keys are the names
const isPrimitive = (name: string): boolean => Object.hasOwn(primitives, name);
const floating = (xs: readonly Node[]): Node[] =>
	xs.filter(({ dtype }) => dtype === 'f64' || dtype === 'f32');
/** A row's value, its gradient, and its derivative along its own operands. */
const outcome =
	(apply: Row['apply']) =>
	(...xs: Node[]): Node[] => {
		const y = apply(...xs);
		return [y, ...grad(sum(y.sin()), floating(xs)), jvp(y, floating(xs), floating(xs))];
	};
const singles = (xs: readonly Node[]): Node[] =>
	xs.map((x) => (x.dtype === 'f64' ? tensor(x.cast('f32').view(), { shape: x.shape }) : x));

/** Sums may be added up in another order: a few roundings of numbers of size up to 1000. */
function same(a: Node, b: Node, tolerance = 1e-10): void {
	expect(a.shape).toEqual(b.shape);
	const [x, y] = [a.view(), b.view()];
	for (let i = 0; i < x.length; i++) {
		const [found, expected] = [x[i] ?? 0, y[i] ?? 0];
		// Not by an expectation of each, which takes longer than to compute it.
		if (!(Math.abs(found - expected) <= tolerance * (1 + Math.abs(expected))))
			expect.fail(`element ${i} is ${found}, expected ${expected} to ${tolerance}`);
	}
}

const plain = (x: Node): Plain => {
	const elements = x.view();
	return {
		shape: x.shape,
		at: (index) =>
			elements[index.reduce((at, i, axis) => at * (x.shape[axis] ?? 0) + i, 0)] ?? Number.NaN,
	};
};

test.each(all.filter(([name]) => typeof definitions[name] !== 'string'))(
	'%s: every element is the definition’s',
	(name, { operands, apply }) => {
		const definition = definitions[name];
		if (typeof definition === 'string') throw new Error('filtered above');
		fc.assert(
			fc.property(operands, (xs) => {
				const [x, y = x] = xs.map(plain) as [Plain, Plain?]; // rows have one operand or two
				const expected = definition(x, y);
				const elements = indicesOf(expected.shape).map((index) => expected.at(index));
				same(apply(...xs), tensor(Float64Array.from(elements), { shape: expected.shape }), 1e-12);
			}),
			many,
		);
		keeps(name, ['value']);
	},
);

// An input is an argument while it is traced: no operation makes one.
test.each(all.filter(([name]) => isPrimitive(name) && name !== 'input'))(
	'%s: the primitive itself is tried',
	(name, { operands, apply }) => {
		const tried = fc
			.sample(operands, { numRuns: 20, seed: 1 })
			.flatMap((xs) => [apply(...xs), apply(...singles(xs))]);
		expect(topologicalOrder(tried).map(({ primitive }) => primitive.name)).toContain(name);
	},
);

test.each(all.filter(([, { law }]) => law === 'smooth'))(
	'%s: both modes are the differences’, to second order',
	(name, { operands, apply, tolerance }) => {
		fc.assert(
			fc.property(operands, (xs) => {
				const report = checkGradients(apply, xs, { order: 2, ...tolerance });
				report.assert();
				// The domains keep away from branches, so every derivative can be told.
				expect(report.undecided).toEqual([]);
				count(name);
			}),
			runsOf(name),
		);
		keeps(name, ['vjp', 'jvp', 'second order']);
	},
);

test.each(all.filter(([, { law }]) => law === 'blocks'))(
	'%s: both modes give zero, whatever the differences, to second order',
	(name, { operands, apply }) => {
		fc.assert(
			fc.property(operands, (xs) => {
				const slopes = grad(sum(apply(...xs)), floating(xs));
				const curvatures = slopes.flatMap((slope) => grad(sum(slope), floating(xs)));
				for (const zero of [...slopes, ...curvatures])
					expect(zero.data()).toEqual(zerosLike(zero).data());
				const tangent = jvp(apply(...xs), floating(xs), floating(xs));
				expect(tangent.data()).toEqual(zerosLike(tangent).data());
				count(name);
			}),
			many,
		);
		keeps(name, ['vjp', 'jvp', 'second order'], 'zero');
	},
);

test('the derivative of a cast is a cast back, in both modes, to second order', () => {
	const x = tensor([1.5, -2], { dtype: 'f32' });
	const y = x.cast('f64').pow(3);
	const [slope] = grad(sum(y), [x]);
	const [curvature] = grad(sum(slope), [x]);
	const tangent = jvp(y, [x], [tensor([1, 2], { dtype: 'f32' })]);
	expect([slope, curvature, tangent].map(({ dtype }) => dtype)).toEqual(['f32', 'f32', 'f64']);
	expect(slope.toArray()).toEqual([6.75, 12]);
	expect(curvature.toArray()).toEqual([9, -12]);
	expect(tangent.toArray()).toEqual([6.75, 24]);
});

/** The same elements in another order: they lie in the same domain. */
const reordered = (x: Node): Node => x.flatten().flip().reshape(x.shape);

test.each(all)('%s: vmap is the stack, of values and of gradients', (name, { operands, apply }) => {
	fc.assert(
		fc.property(operands, (xs) => {
			const examples = [xs, xs.map(reordered)];
			const batch = xs.map((x) => stack([x, reordered(x)]));
			const slopes = (...inputs: Node[]): Node[] =>
				grad(sum(apply(...inputs).sin()), floating(inputs));
			same(vmap(apply)(...batch), stack(examples.map((each) => apply(...each))));
			const expected = examples.map((each) => slopes(...each));
			for (const [i, slope] of vmap(slopes)(...batch).entries())
				same(slope, stack(expected.map((each) => each[i] as Node))); // one for each floating input
		}),
		many,
	);
	keeps(name, ['vmap']);
});

/** Whether nothing on the way to some Nodes has a dtype. */
const free = (nodes: readonly Node[], dtype: 'f32' | 'f64'): boolean =>
	topologicalOrder(nodes).every((node) => node.dtype !== dtype);

test.each(all)(
	'%s: f32 stays f32 and is f64 to single precision, f64 stays f64',
	(name, { operands, apply, skips = {} }) => {
		const f = outcome(apply);
		fc.assert(
			fc.property(operands, (xs) => {
				const single = singles(xs);
				const double = single.map((x) =>
					x.dtype === 'f32' ? tensor(x.cast('f64').view(), { shape: x.shape }) : x,
				);
				const [narrow, wide] = [f(...single), f(...double)];
				for (const [i, each] of narrow.entries()) same(each, wide[i] as Node, 1e-3); // as many
				expect(free(wide, 'f32')).toBe(true);
				expect(free(narrow, 'f64')).toBe(skips.f32 === undefined);
			}),
			many,
		);
		keeps(name, skips.f32 === undefined ? ['f32', 'f64'] : ['f64']);
	},
);

test.each(all)(
	'%s: compiled for the interpreter it has the bits that it has when looked at',
	(name, { operands, apply }) => {
		const f = outcome(apply);
		const compiled = compiler(interpreter)(f);
		fc.assert(
			fc.property(operands, (xs) => {
				for (const inputs of [xs, singles(xs)]) {
					const results = compiled(...inputs).map((each) => each.view());
					expect(results).toEqual(f(...inputs).map((each) => each.view()));
				}
			}),
			many,
		);
		keeps(name, ['interpreter']);
	},
);

const engine = new Counted(newWasmEngine());

test.each(all)(
	'%s: compiled to WebAssembly it is the interpreter’s',
	(name, { operands, apply }) => {
		const f = outcome(apply);
		const [before, interpreted] = [engine.runs, vi.spyOn(interpreter, 'compile')];
		fc.assert(
			fc.property(operands, (xs) => {
				// Rows sum up to 20 numbers of size up to 100.
				expectSame(engine, f, xs, { terms: 20, size: 100 });
				expectSame(engine, f, singles(xs), { terms: 20, size: 100 });
			}),
			// Each makes two modules.
			runs(4),
		);
		expect(engine.runs).toBeGreaterThan(before);
		expect(interpreted).not.toHaveBeenCalled();
		interpreted.mockRestore();
		keeps(name, ['wasm']);
	},
);

test('every operation has been tried often enough, and the table says with what result', async () => {
	for (const name of [...Object.keys(primitives), ...Object.keys(operations)])
		expect(names, name).toContain(name);
	for (const name of names)
		expect(ran.get(name), name).toBeGreaterThanOrEqual(runsOf(name).numRuns);
	const findings = all.map(([name, { skips = {} }]) => {
		const definition = definitions[name];
		return {
			name,
			kind: isPrimitive(name) ? ('primitive' as const) : ('composite' as const),
			kept: kept.get(name) ?? new Map<Column, string>(),
			skips: typeof definition === 'string' ? { value: definition, ...skips } : skips,
		};
	});
	for (const { name, kept: found, skips } of findings)
		for (const column of columns)
			expect(found.has(column), `${column} of ${name}`).toBe(skips[column] === undefined);
	await expect(matrixOf(findings)).toMatchFileSnapshot('../../../docs/operations.md');
});
