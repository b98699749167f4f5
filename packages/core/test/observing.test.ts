import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile, type Node, NonFiniteError, observing, tensor } from '../src/index.ts';

/** What an observer is told: operations and the places that recorded them. */
type Told = string[];

const noteIn =
	(told: Told) =>
	(node: Node, site: string): void => {
		told.push(`${node.primitive.name} ${site}`);
	};

test('of observers within each other every one is told, the outermost first, while its own function runs', () => {
	const x = tensor([1, 2]);
	fc.assert(
		fc.property(fc.array(fc.nat(3), { minLength: 1, maxLength: 5 }), (counts) => {
			const told: number[] = [];
			const expected: number[] = [];
			// As many Nodes as are asked for, before and after the observers further in.
			const record = (level: number): void => {
				for (let i = 0; i < (counts[level] ?? 0); i++) {
					x.neg();
					for (let outer = 0; outer < level; outer++) expected.push(outer);
				}
			};
			const within = (level: number): void => {
				record(level);
				const observer = (): void => void told.push(level);
				if (level < counts.length) observing(observer, () => within(level + 1));
				record(level);
			};
			within(0);
			expect(told).toEqual(expected);
		}),
	);
});

test('a check for finite values hides no Node of a compiled function from who observes it', () => {
	const f = (x: Node): Node => x.log().mul(2);
	const toldOf = (run: (x: Node) => Node): Told => {
		const told: Told = [];
		const x = tensor([1, 2]);
		observing(noteIn(told), () => run(x));
		return told;
	};
	const checked = compile(f, { check: 'finite' });
	const plain = toldOf(compile(f));
	expect(plain.join()).toMatch(/log \S*observing\.test\.ts\S*:\d+:\d+.*mul \S*observing\.test\.ts/);
	const ofCheck = (each: string): boolean => each.startsWith('checkFinite ');
	const told = toldOf(checked);
	expect(told.filter(ofCheck)).toHaveLength(1);
	expect(told.filter((each) => !ofCheck(each))).toEqual(plain);
	expect(() => checked([-1, 1])).toThrow(NonFiniteError);
	expect(() => checked([-1, 1])).toThrow(/log made NaN .* at .*observing\.test\.ts/);
});

test('what an observer records itself, no observer is told of', () => {
	const told: Told = [];
	const x = tensor([1, 2]);
	const meddling = (node: Node): void => void node.neg();
	observing(noteIn(told), () => observing(meddling, () => x.exp()));
	observing(meddling, () => observing(noteIn(told), () => x.exp()));
	expect(told.map((each) => each.split(' ')[0])).toEqual(['exp', 'exp']);
});

test('an observer that throws is told no more, and neither is an outer one once its function has ended', () => {
	const told: Told = [];
	const x = tensor([1, 2]);
	const fails = (): never => {
		throw new Error('on purpose');
	};
	expect(() => observing(noteIn(told), () => observing(fails, () => x.exp()))).toThrow(
		'on purpose',
	);
	x.exp();
	expect(told).toHaveLength(1);
});
