import {
	compiler,
	type Engine,
	interpreter,
	type Node,
	tensor,
	topologicalOrder,
	type Variable,
	variable,
} from '@pullback/core';
import {
	checkedBoolean,
	checkedCount,
	checkedFunction,
	checkedOptions,
	describe,
	isPlain,
} from '@pullback/core/arguments';
import fc from 'fast-check';
import { areClose, type Tolerance } from './agree.ts';
import { difference, outcomeOf, type Runnable } from './generated/agreement.ts';
import { histories } from './generated/histories.ts';
import { hostilePrograms } from './generated/hostile.ts';
import { models } from './generated/models.ts';
import { programs } from './programs.ts';
import { specialTensors } from './specials.ts';

/** A law that an engine must keep: its words, and what throws if it does not. */
export interface EngineLaw {
	readonly title: string;
	check(): void;
}

/** Whose laws are wanted, and which to leave out. */
export interface EngineLawsOptions {
	/** Makes the engine anew. */
	readonly newEngine: () => Engine;
	/** Titles of laws that are not meant to hold, with the reason. */
	readonly skip?: Readonly<Record<string, string>>;
	/** Runs of each property; as fast-check is configured if left out, which is 100 times unless told. */
	readonly runs?: number;
	/** Whether the engine multiplies and adds with one rounding, so that products need not have the interpreter's bits. */
	readonly fused?: boolean;
}

/** Of the size of the values: what an engine may differ from the interpreter by. */
const [ofDouble, ofSingle] = [1e-12, 1e-5];
const double: Tolerance = { absolute: ofDouble, relative: ofDouble };

/** For a value computed from the values of these Nodes, which may cancel, and may be single on the way. */
function toleranceOf(y: Node): Tolerance {
	const nodes = topologicalOrder([y]);
	const unit = nodes.some(({ dtype }) => dtype === 'f32') ? ofSingle : ofDouble;
	let size = 1;
	for (const node of nodes) for (const x of node.view()) size = Math.max(size, Math.abs(x));
	return { absolute: unit * size, relative: unit };
}

/**
 * The laws that any engine keeps, to be run by any test runner:
 * `for (const { title, check } of engineLaws({ newEngine })) test(title, check);`
 * What is right is what the interpreter says.
 */
export function engineLaws(options: EngineLawsOptions): EngineLaw[] {
	const {
		newEngine,
		skip = {},
		runs,
		fused = false,
	} = checkedOptions('engineLaws', options, ['newEngine', 'skip', 'runs', 'fused']);
	const made = checkedFunction('engineLaws', 'newEngine', newEngine);
	if (!isPlain(skip))
		throw new TypeError(
			`engineLaws: skip is ${describe(skip)}; it must be an object of reasons by title`,
		);
	checkedBoolean('engineLaws', 'fused', fused);
	const times = runs === undefined ? {} : { numRuns: checkedCount('engineLaws', 'runs', runs) };
	const compile = compiler(made());
	const reference = compiler(interpreter);
	const everyValue = (drawn: fc.Arbitrary<Runnable>, ...others: readonly Engine[]): void => {
		const engine = made();
		fc.assert(
			fc.property(drawn, (program) => {
				const found = difference(program, outcomeOf(program, engine, ...others), { fused });
				expectLaw(found === null, found ?? '');
			}),
			times,
		);
	};
	const laws: EngineLaw[] = [
		{
			title: 'a random program has the value that the interpreter gives it',
			check: () =>
				fc.assert(
					fc.property(programs(), (program) => {
						const f = (...inputs: Node[]): Node => program.run(...inputs);
						same(
							compile(f)(...program.inputs),
							reference(f)(...program.inputs),
							toleranceOf(f(...program.inputs)),
						);
					}),
					times,
				),
		},
		{
			title: 'every value of a random program that is hostile in form is the interpreter’s',
			check: () => everyValue(hostilePrograms()),
		},
		{
			title:
				'a model gives the values, gradients and steps of training that the interpreter gives it',
			check: () => everyValue(models()),
		},
		{
			title:
				'Variables that are read, assigned and swapped at random hold what the interpreter gives them',
			check: () => everyValue(histories()),
		},
		{
			title:
				'Variables hold what the interpreter gives them, too, where it and the engine take turns',
			check: () => everyValue(histories(), interpreter),
		},
		{
			title:
				'NaN, infinities, zeros of either sign and subnormal numbers pass as in the interpreter',
			check: () => {
				for (const f of [
					(a: Node) => a.add(a),
					(a: Node) => a.mul(a.flip()),
					(a: Node) => a.neg(),
					(a: Node) => a.maximum(a.flip()),
					(a: Node) => a.relu(),
					(a: Node) => a.sort(),
					(a: Node) => a.less(a.flip()).cast(a.dtype),
					(a: Node) => a.amin(),
					(a: Node) => a.slice([null, null, -2]),
				]) {
					const [own, expected] = [compile(f), reference(f)];
					for (const dtype of ['f32', 'f64'] as const)
						fc.assert(
							fc.property(specialTensors([8], dtype), (x) => same(own(x), expected(x))),
							times,
						);
				}
				const lost = tensor(Float64Array.of(1, Number.NaN, Infinity, -Infinity));
				same(compile((a: Node) => a.sum())(lost), reference((a: Node) => a.sum())(lost));
			},
		},
		{
			title: 'Variables are read and assigned, over several runs, as without compiling',
			check: () => {
				const step = (w: Variable, x: Node): Node => {
					w.assign(w.read().mul(0.5).add(x));
					return w.read().square().sum();
				};
				const outcome = (compiled: boolean): Node[] => {
					const w = variable([1, -2], { name: 'w', dtype: 'f64' });
					const f = (x: Node): Node => step(w, x);
					const run = compiled ? compile(f) : f;
					const values = [1, 2, 3].map((x) => run(tensor(x, { dtype: 'f64' })));
					return [...values, w.read()];
				};
				const expected = outcome(false);
				for (const [i, value] of outcome(true).entries()) same(value, expected[i] as Node); // as many
			},
		},
		{
			title: 'a run that fails changes no Variable',
			check: () => {
				const w = variable([1, 2]);
				const f = compile((i: Node) => {
					w.assign([3, 4]);
					return tensor([1]).take(i);
				});
				let failed = false;
				try {
					f(tensor(5, { dtype: 'i32' }));
				} catch {
					failed = true;
				}
				expectLaw(failed, 'an index out of range was not refused');
				same(w.read(), tensor([1, 2]));
			},
		},
		{
			title: 'the same program gives the same bits again',
			check: () =>
				fc.assert(
					fc.property(programs(), (program) => {
						const f = compile((...inputs: Node[]) => program.run(...inputs));
						const [a, b] = [
							f(...program.inputs),
							compiler(made())((...inputs: Node[]) => program.run(...inputs))(...program.inputs),
						];
						expectLaw(Object.is(a.item(), b.item()), `${a.item()} and ${b.item()} differ`);
					}),
					times,
				),
		},
	];
	const unknown = Object.keys(skip).find((title) => !laws.some((law) => law.title === title));
	if (unknown !== undefined)
		throw new RangeError(
			`engineLaws: no law '${unknown}' to skip; the titles are those of the result`,
		);
	return laws.filter(({ title }) => !Object.hasOwn(skip, title));
}

function same(actual: Node, expected: Node, tolerance = double): void {
	expectLaw(
		actual.dtype === expected.dtype && String(actual.shape) === String(expected.shape),
		`got ${actual.dtype}[${actual.shape}], the interpreter has ${expected.dtype}[${expected.shape}]`,
	);
	const [a, b] = [actual.view(), expected.view()];
	for (const [i, x] of a.entries()) {
		const y = b[i] ?? Number.NaN;
		const zeros = x === 0 && y === 0;
		expectLaw(
			zeros ? Object.is(x, y) : areClose(x, y, tolerance),
			`element ${i} is ${x}, the interpreter has ${y}`,
		);
	}
}

function expectLaw(holds: boolean, otherwise: string): void {
	if (!holds) throw new Error(`engine law: ${otherwise}`);
}
