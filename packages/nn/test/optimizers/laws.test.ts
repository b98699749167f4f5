import { assignAll, compile, type Node, tensor, type Variable, variable } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LAMB, Lion, Momentum, Nesterov, type Optimizer, RMSProp, SGD } from '../../src/index.ts';
import { fullest, type Kind, kinds } from './kinds.ts';

type Options = ConstructorParameters<Kind>[1];

const withAll = (name: string, options: Options): Options => ({ ...fullest[name], ...options });

/** Parameters of several shapes, one of no elements among them. */
const parameters = (dtype: 'f32' | 'f64' = 'f64'): [Variable, Variable, Variable] => [
	variable([1, -2, 0.5], { name: 'a', dtype }),
	variable(3, { name: 'b', dtype }),
	variable(tensor([], { dtype }), { name: 'c' }),
];

/** A loss that pulls at all parameters, differently at each step. */
const lossOf = ([a, b, c]: readonly Variable[], step: Node): Node => {
	const [x, y, z] = [a, b, c] as [Variable, Variable, Variable]; // as many
	return x
		.sub(step.cast(x.dtype).mul(0.1))
		.square()
		.mul([0.3, 1, 2])
		.sum()
		.add(y.square().mul(0.5))
		.add(z.sum());
};

function train(
	optimizer: Optimizer,
	steps: number,
	wrap: (f: (step: Node) => void) => (step: Node) => void = compile,
	from = 0,
): number[] {
	const step = wrap((time) => optimizer.minimize(lossOf(optimizer.parameters, time)));
	for (let i = 0; i < steps; i++) step(tensor(from + i, { dtype: 'f64' }));
	return optimizer.parameters.flatMap((each) => [...each.data()]);
}

const bits = (numbers: readonly number[]): string =>
	numbers.map((each) => (Object.is(each, -0) ? '-0' : String(each))).join(' ');

test('there are optimisers to hold to the laws', () => {
	expect(kinds.length).toBeGreaterThanOrEqual(13);
});

test.each(kinds)('%s steps alike inside and outside of compile', (name, Kind) => {
	const eager = train(new Kind(parameters(), withAll(name, { learningRate: 0.05 })), 8, (f) => f);
	const compiled = train(new Kind(parameters(), withAll(name, { learningRate: 0.05 })), 8);
	// Some roundings of numbers around 1.
	for (const [i, x] of eager.entries())
		expect(Math.abs(x - (compiled[i] ?? 0))).toBeLessThan(1e-13);
});

test.each(kinds)('%s goes on to the bit from what was saved by name', (name, Kind) => {
	const make = () => new Kind(parameters(), withAll(name, { learningRate: 0.05 }));
	const whole = make();
	const saved = make();
	train(saved, 4);
	const resumed = make();
	resumed.learningRate.assign(99);
	const [from, to] = [saved.namedVariables(), resumed.namedVariables()];
	expect([...from.keys()]).toEqual([...to.keys()]);
	assignAll([
		...resumed.parameters.map(
			(each, i) => [each, (saved.parameters[i] as Variable).read()] as const,
		),
		...[...to].map(([path, each]) => [each, (from.get(path) as Variable).read()] as const),
	]);
	expect(bits(train(resumed, 5, compile, 4))).toBe(bits(train(whole, 9)));
	expect(to.get('time')?.item()).toBe(9);
});

test.each(kinds)('%s keeps nothing that it was not given by name', (name, Kind) => {
	const optimizer = new Kind(parameters(), withAll(name, { learningRate: 0.05 }));
	const before = new Map(
		[...optimizer.namedVariables()].map(([path, each]) => [path, each.data()]),
	);
	train(optimizer, 3);
	// Put back, with the parameters, it takes the same steps again.
	const start = parameters();
	assignAll([
		...optimizer.parameters.map((each, i) => [each, (start[i] as Variable).read()] as const),
		...[...optimizer.namedVariables()].map(
			([path, each]) => [each, tensor(before.get(path) ?? [], { shape: each.shape })] as const,
		),
	]);
	const fresh = new Kind(parameters(), withAll(name, { learningRate: 0.05 }));
	expect(bits(train(optimizer, 3))).toBe(bits(train(fresh, 3)));
});

test.each(kinds)('%s of groups that are alike is that of one', (name, Kind) => {
	const options = withAll(name, { learningRate: 0.05 });
	const [a, b, c] = parameters();
	const groups = new Kind([{ parameters: [a] }, { parameters: [b, c] }], options);
	expect(bits(train(groups, 5))).toBe(bits(train(new Kind(parameters(), options), 5)));
	expect(() => groups.learningRate).toThrow('has 2 groups of parameters; take that of one');
});

test.each(kinds)(
	'%s leaves a group of rate 0 where it is, and the rates can be assigned',
	(name, Kind) => {
		const [a, b, c] = parameters();
		const optimizer = new Kind(
			[{ parameters: [a], learningRate: 0 }, { parameters: [b, c] }],
			withAll(name, { learningRate: 0.05 }),
		);
		train(optimizer, 3);
		expect(a.toArray()).toEqual([1, -2, 0.5]);
		expect(b.item()).not.toBe(3);
		const rates = optimizer.groups.map(({ learningRate }) => learningRate as Variable); // no schedules
		const still = b.item();
		rates[0]?.assign(0.05);
		rates[1]?.assign(0);
		train(optimizer, 3);
		expect(a.toArray()).not.toEqual([1, -2, 0.5]);
		// Velocities of the book hold the rate, and go on.
		if (!['Momentum', 'Nesterov'].includes(name)) expect(b.item()).toBe(still);
	},
);

test.each(kinds)(
	'%s takes the rate of a schedule at the count of the steps before',
	(name, Kind) => {
		const scheduled = new Kind(
			parameters(),
			withAll(name, { learningRate: (step) => step.mul(-0.01).add(0.05) }),
		);
		const assigned = new Kind(parameters(), withAll(name, { learningRate: 0.05 }));
		const [by, told] = [scheduled, assigned].map((optimizer) =>
			compile((time: Node) => optimizer.minimize(lossOf(optimizer.parameters, time))),
		) as [(time: Node) => void, (time: Node) => void];
		for (let i = 0; i < 4; i++) {
			assigned.learningRate.assign(scheduled.learningRates()[0] as Node);
			expect(assigned.learningRate.item()).toBeCloseTo(0.05 - 0.01 * i, 14);
			for (const step of [by, told]) step(tensor(i, { dtype: 'f64' }));
		}
		const [x, y] = [scheduled, assigned].map(({ parameters }) =>
			parameters.flatMap((each) => [...each.data()]),
		) as [number[], number[]];
		// Whether the rate is a constant or computed, it is rounded to f64.
		for (const [i, each] of x.entries()) expect(Math.abs(each - (y[i] ?? 0))).toBeLessThan(1e-14);
		expect(() => scheduled.learningRate).toThrow('is a schedule, which has no Variable to assign');
		expect(() =>
			new Kind(parameters(), { learningRate: () => tensor([1]) }).minimize(tensor(1)),
		).toThrow();
	},
);

test.each(kinds)('%s moves f32 as f64, but for rounding', (name, Kind) => {
	const options = withAll(name, { learningRate: 0.05 });
	const [single, double] = (['f32', 'f64'] as const).map((dtype) =>
		train(new Kind(parameters(dtype), options), 8),
	) as [number[], number[]];
	// Eight steps of a few roundings of 2^-24 in numbers up to 3; near 0 gradients are small, and their signs uncertain.
	for (const [i, x] of single.entries()) expect(Math.abs(x - (double[i] ?? 0))).toBeLessThan(1e-5);
});

test.each(kinds)('%s stays finite where gradients are 0, huge, tiny or constant', (name, Kind) => {
	fc.assert(
		fc.property(
			fc.array(fc.constantFrom(0, -0, 1, -3, 1e-30, 1e30, 0.1), { minLength: 3, maxLength: 3 }),
			(slopes) => {
				const w = variable([1, 0, -2], { dtype: 'f64' });
				const optimizer = new Kind([w], withAll(name, { learningRate: 0.1 }));
				const step = compile(() => optimizer.step([tensor(slopes, { dtype: 'f64' })]));
				for (let i = 0; i < 20; i++) step();
				for (const each of w.data()) expect(each).toSatisfy(Number.isFinite);
			},
		),
		{ numRuns: 5 },
	);
});

test('SGD without velocity takes the very step w - g rate', () => {
	const w = variable([0.1, 0.7, -3]);
	new SGD([w], { learningRate: 0.3 }).step([tensor([0.3, 1.7, 2.9])]);
	const f = Math.fround;
	const expected = [0.1, 0.7, -3].map((x, i) => f(f(x) - f(f([0.3, 1.7, 2.9][i] ?? 0) * f(0.3))));
	expect([...w.data()]).toEqual(expected);
});

/** What a plain loop makes of parameters, gradients and time. */
type Rule = (w: number[], g: readonly number[], time: number, memory: number[][]) => void;

const norm = (x: readonly number[]): number =>
	Math.sqrt(x.reduce((total, each) => total + each * each, 0));

/** 0, or of a size whose square is a number. */
const slope = fc.oneof(
	fc.constant(0),
	fc.double({ min: 0.001, max: 3, noNaN: true }),
	fc.double({ min: -3, max: -0.001, noNaN: true }),
);

const rules: [string, (w: Variable) => Optimizer, Rule][] = [
	[
		'Lion',
		(w) => new Lion([w], { learningRate: 0.01, beta1: 0.8, beta2: 0.95, weightDecay: 0.1 }),
		(w, g, _, [m = []]) => {
			for (const [i, slope] of g.entries()) {
				const [x, before] = [w[i] ?? 0, m[i] ?? 0];
				w[i] = x - 0.01 * (Math.sign(0.8 * before + 0.2 * slope) + 0.1 * x);
				m[i] = 0.95 * before + 0.05 * slope;
			}
		},
	],
	[
		'LAMB',
		(w) => new LAMB([w], { learningRate: 0.01, beta1: 0.8, beta2: 0.95, weightDecay: 0.1 }),
		(w, g, time, [m = [], v = []]) => {
			const change = g.map((slope, i) => {
				const mean = 0.8 * (m[i] ?? 0) + 0.2 * slope;
				const square = 0.95 * (v[i] ?? 0) + 0.05 * slope * slope;
				[m[i], v[i]] = [mean, square];
				const root = Math.sqrt(square / (1 - 0.95 ** time)) + 1e-6;
				return mean / (1 - 0.8 ** time) / root + 0.1 * (w[i] ?? 0);
			});
			const ratio = norm(w) > 0 && norm(change) > 0 ? norm(w) / norm(change) : 1;
			for (const [i, each] of change.entries()) w[i] = (w[i] ?? 0) - 0.01 * ratio * each;
		},
	],
	[
		'the book’s Nesterov',
		(w) => new Nesterov([w], { learningRate: 0.01, momentum: 0.7 }),
		(w, g, _, [v = []]) => {
			for (const [i, slope] of g.entries()) {
				v[i] = 0.7 * (v[i] ?? 0) - 0.01 * slope;
				w[i] = (w[i] ?? 0) + 0.49 * (v[i] ?? 0) - 1.7 * 0.01 * slope;
			}
		},
	],
];

test.each(rules)('%s takes the steps of a plain loop', (_, make, rule) => {
	fc.assert(
		fc.property(
			fc.array(fc.array(slope, { minLength: 2, maxLength: 2 }), {
				minLength: 1,
				maxLength: 6,
			}),
			fc.constantFrom([1, -2], [0, 0], [0, 3]),
			(slopes, start) => {
				const w = variable([...start], { dtype: 'f64' });
				const optimizer = make(w);
				const [expected, memory] = [[...start], [[], []]];
				for (const [i, g] of slopes.entries()) {
					optimizer.step([tensor(g, { dtype: 'f64' })]);
					rule(expected, g, i + 1, memory);
				}
				// The signs of Lion are those of sums that a rounding may move over 0, by chance hardly ever.
				for (const [i, x] of w.data().entries())
					expect(Math.abs(x - (expected[i] ?? 0))).toBeLessThan(1e-12);
			},
		),
		{ numRuns: 30 },
	);
});

test('while the rate is constant, SGD with momentum takes the steps of the book’s Momentum', () => {
	const options = { learningRate: 0.05, momentum: 0.8 };
	const x = train(new SGD(parameters(), options), 10);
	const y = train(new Momentum(parameters(), options), 10);
	for (const [i, each] of x.entries()) expect(Math.abs(each - (y[i] ?? 0))).toBeLessThan(1e-13);
});

test('a centred RMSProp stays finite where rounding makes the spread of equal gradients negative', () => {
	for (const slope of [0.1, 0.3, 1 / 3, 7.7]) {
		const w = variable([0], { dtype: 'f64' });
		const optimizer = new RMSProp([w], { learningRate: 1e-9, decay: 0.3, centered: true });
		const step = compile(() => optimizer.step([tensor([slope], { dtype: 'f64' })]));
		for (let i = 0; i < 100; i++) step();
		expect(w.slice(0).item()).toSatisfy(Number.isFinite);
	}
});

test('groups and options that do not fit are refused with what was meant', () => {
	const [a, b] = parameters();
	const mistakes: [() => unknown, string][] = [
		[() => new SGD([a, a], { learningRate: 1 }), 'SGD: parameters[1], a, is parameters[0] too'],
		[
			() => new SGD([{ parameters: [a] }, { parameters: [b, a] }], { learningRate: 1 }),
			'SGD: a is in parameters[0] and in parameters[1]; it must be in one group',
		],
		[
			() => new SGD([{ parameters: [] }], { learningRate: 1 }),
			'SGD: parameters[0].parameters is empty',
		],
		[
			// @ts-expect-error no such option
			() => new SGD([{ parameters: [a], weightdecay: 1 }], { learningRate: 1 }),
			'SGD: there is no option weightdecay; did you mean weightDecay?',
		],
		[
			() => new SGD([{ parameters: [a], weightDecay: -1 }], { learningRate: 1 }),
			'SGD: weightDecay is -1; it must be a finite number from 0',
		],
		[
			() => new SGD([a], { learningRate: 1, nesterov: true }),
			'SGD: nesterov with momentum 0 and dampening 0; momentum must be above 0, and dampening 0',
		],
		[
			() => new SGD([a], { learningRate: 1, nesterov: true, momentum: 0.9, dampening: 0.1 }),
			'SGD: nesterov with momentum 0.9 and dampening 0.1',
		],
		// @ts-expect-error the rate of SGD has no default
		[() => new SGD([a]), 'SGD: learningRate is undefined; it must be a number or a schedule'],
	];
	for (const [make, message] of mistakes) expect(make).toThrow(message);
});
