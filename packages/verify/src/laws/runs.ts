import { compiler, type Node, ready, tensor, zeros } from '@pullback/core';
import fc from 'fast-check';
import { bitDifference, laterOutcomeOf } from '../generated/agreement.ts';
import { hostilePrograms } from '../generated/hostile.ts';
import { models } from '../generated/models.ts';
import { programs } from '../programs.ts';
import { specialTensors } from '../specials.ts';
import { Application, agreement, expectLaw, forAll, type Law } from './law.ts';
import { floats, ordinaryTensors } from './tensors.ts';

/** A random program of single or double numbers. */
const drawn = fc.tuple(programs(), floats).map(([program, dtype]) => {
	const inputs = program.inputs.map((x) => x.cast(dtype).detach());
	const application = new Application((...xs) => [program.run(...xs)], inputs);
	application.name = `${program}, of ${dtype}`;
	return application;
});

const ofSpecials: readonly ((x: Node) => Node)[] = [
	(x) => x.add(x),
	(x) => x.mul(x.flip()),
	(x) => x.neg(),
	(x) => x.maximum(x.flip()),
	(x) => x.relu(),
	(x) => x.sort(),
	(x) => x.less(x.flip()).cast(x.dtype),
	(x) => x.amin(),
	(x) => x.slice([null, null, -2]),
];

export const runLaws: readonly Law[] = [
	agreement('a random program has the value that the interpreter gives it', drawn),
	agreement(
		'every value of a random program that is hostile in form is the interpreter’s',
		hostilePrograms(),
	),
	agreement(
		'a model gives the values, gradients and steps of training that the interpreter gives it',
		models(),
	),
	agreement(
		'NaN, infinities, zeros of either sign and subnormal numbers pass as in the interpreter',
		floats
			.chain((dtype) => specialTensors([8], dtype))
			.map((x) => new Application((a) => ofSpecials.map((f) => f(a as Node)), [x])),
	),
	agreement(
		'every run sees the inputs that it is given, and leaves what those before it returned',
		floats
			.chain((dtype) =>
				fc.array(fc.tuple(ordinaryTensors([5, 3], dtype), ordinaryTensors([3], dtype)), {
					minLength: 1,
					maxLength: 5,
				}),
			)
			.map(
				(calls) =>
					new Application(
						(a, b) => [(a as Node).sub((b as Node).mul(2)), (b as Node).neg()],
						...calls,
					),
			),
	),
	agreement(
		'results may be inputs, constants, views of them and without elements, several times',
		ordinaryTensors([2, 3], 'f32').map((x) => {
			const fixed = tensor([
				[1, 2],
				[3, 4],
			]);
			return new Application(
				(a) => {
					const y = a as Node;
					const double = y.mul(2);
					const views = [y, y, y.transpose(), y.reshape([-1]), fixed, fixed.transpose()];
					const computed = [double, double, double.reshape([-1]), double.transpose()];
					const empty = [y.slice([1, 1]), y.slice([1, 1]).sum(), zeros([0, 3])];
					return [...views, ...computed, ...empty, tensor(7).broadcastTo([2, 2])];
				},
				[x],
				[x.mul(3).detach()],
			);
		}),
	),
	{
		title: 'the same program gives the same bits again',
		check: (tested) => {
			const other = tested.newEngine();
			return forAll(tested, drawn, async (program) => {
				const outcomes = [
					await laterOutcomeOf(program, tested.engine),
					await laterOutcomeOf(program, other),
				] as const;
				const found = bitDifference(...outcomes);
				expectLaw(found === null, found ?? '');
			});
		},
	},
	{
		title: 'a program that is freed leaves what it returned, and the programs that others hold',
		async check({ engine }) {
			const programs: { free(): void }[] = [];
			const compile = compiler({
				name: engine.name,
				takes: (value) => engine.takes?.(value) ?? false,
				compile(graph) {
					const program = engine.compile(graph);
					programs.push(program);
					return program;
				},
			});
			const [f, g] = [compile((x: Node) => x.mul(2)), compile((x: Node) => x.add(1))];
			const x = tensor([1, 2, 3]);
			const [before, kept] = [f(x), g(x)];
			programs[0]?.free();
			const others = Array.from({ length: 5 }, (_, i) => compile((y: Node) => y.sub(i))(x));
			await ready(before);
			const after = g(before);
			const seen: string[] = [];
			for (const each of [before, kept, after, ...others]) {
				await ready(each);
				seen.push(String(each.toArray()));
			}
			const expected = [
				'2,4,6',
				'2,3,4',
				'3,5,7',
				'1,2,3',
				'0,1,2',
				'-1,0,1',
				'-2,-1,0',
				'-3,-2,-1',
			];
			expectLaw(String(seen) === String(expected), `results are ${seen}, not ${expected}`);
		},
	},
];
