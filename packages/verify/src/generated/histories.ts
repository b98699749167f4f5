import { assignAll, type Compile, type Node, type Variable, variable } from '@pullback/core';
import fc from 'fast-check';
import { patterns } from './hostile.ts';
import { codeOfTensor, type Leaf, tensorOf } from './leaf.ts';
import { laterResultsOf, type Observation, resultsOf } from './observation.ts';
import type { Result } from './program.ts';
import { type Assigner, type Statement, statements } from './statements.ts';
import type { Value } from './value.ts';
import { isName } from './writer.ts';

/** One thing that happens, as its kind and what that kind may choose. */
interface Event {
	readonly kind: number;
	readonly choices: readonly number[];
}

/** What a random history of Variables is made of. */
interface Parts {
	/** What the Variables hold at first: all of one shape and dtype. */
	readonly variables: readonly Leaf[];
	/** The statements of each function. */
	readonly functions: readonly (readonly Statement[])[];
	readonly events: readonly Event[];
}

/** The code of a history, as it is followed. */
interface Code {
	/** Apart from the lines, whose numbers are names that must not depend on how many engines there are. */
	readonly compilations: string[];
	readonly lines: string[];
}

/** Where a history stands. */
interface Course {
	readonly variables: readonly Variable[];
	/** Tensors that were given, read or returned so far, each with its name. */
	readonly values: Value[];
	/** What has been looked at since the event began. */
	readonly observations: Observation[];
	readonly lines: string[];
	choose(count: number): number;
	/** Calls a function, compiled by one of the engines. */
	run(at: number, engine: number, x: Value): void;
}

/** Events, the simplest first. */
const events: readonly ((course: Course) => void)[] = [
	({ variables, observations, lines, choose }) => {
		const at = choose(variables.length);
		const held = variables[at];
		if (held !== undefined)
			observations.push({ name: `w${at} after ${lines.length} lines`, node: held.read() });
	},
	call,
	call,
	call,
	call,
	// What is read stays what it was.
	({ variables, values, lines, choose }) => {
		const at = choose(variables.length);
		const code = `r${lines.length}`;
		values.push({ node: (variables[at] as Variable).read(), code }); // in range
		lines.push(`const ${code} = w${at}.read();`);
	},
	({ variables, values, lines, choose }) => {
		const [at, value] = [choose(variables.length), values[choose(values.length)]];
		if (value === undefined) return;
		variables[at]?.assign(value.node);
		lines.push(`w${at}.assign(${value.code});`);
	},
	({ variables, lines, choose }) => {
		const [at, other] = [choose(variables.length), choose(variables.length)];
		const [a, b] = [variables[at], variables[other]] as [Variable, Variable]; // in range
		if (a === b) return;
		assignAll([
			[a, b],
			[b, a],
		]);
		lines.push(`assignAll([[w${at}, w${other}], [w${other}, w${at}]]);`);
	},
];

function call({ values, run, choose }: Course): void {
	const x = values[values.length - 1 - choose(values.length)];
	if (x !== undefined) run(choose(3), choose(2), x);
}

/**
 * A random use of Variables: compiled functions that read, assign and swap them, run in any order by one engine or
 * several, with what they returned or what was read before; and assignments between the runs.
 */
export class VariableHistory {
	readonly #parts: Parts;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/** All that was looked at and returned, the functions being compiled in these ways in turn. */
	outcome(...compilers: readonly Compile[]): Result[] {
		return resultsOf(this.#follow(compilers, { compilations: [], lines: [] }));
	}

	/** The same where values come later. */
	laterOutcome(...compilers: readonly Compile[]): Promise<Result[]> {
		return laterResultsOf(this.#follow(compilers, { compilations: [], lines: [] }));
	}

	/** The code of the history, with `compilers` for the ways to compile. */
	toString(): string {
		// An argument is a Node of its own, as when it is compiled, even if it is a Variable's: statements are left out that
		// give what there is already.
		const plain: Compile =
			<Args extends readonly unknown[], Returned>(f: (...xs: Args) => Returned) =>
			(...xs: readonly unknown[]) => {
				const own = (xs as readonly Node[]).map((x) => x.stopGradient()); // the history passes Nodes
				return f(...(own as unknown as Args)); // as many
			};
		const code: Code = { compilations: [], lines: [] };
		const { compilations, lines } = code;
		resultsOf(this.#follow([plain, plain], code));
		const { variables, functions } = this.#parts;
		return [
			...variables.map((leaf, i) => `const w${i} = variable(${codeOfTensor(leaf)});`),
			...functions.flatMap((body, i) => [
				`const f${i} = (x) => {`,
				...this.#write(body, this.#variables(), this.#input()).lines.map((line) => `\t${line}`),
				'};',
			]),
			`const x = ${codeOfTensor(this.#inputLeaf())};`,
			...compilations,
			...lines,
		].join('\n');
	}

	#variables(): Variable[] {
		return this.#parts.variables.map((leaf, i) => variable(tensorOf(leaf), { name: `w${i}` }));
	}

	#inputLeaf(): Leaf {
		const [first] = this.#parts.variables;
		if (first === undefined) throw new Error('internal: a history without Variables');
		return { ...first, pattern: { ...first.pattern, start: first.pattern.start + 5 } };
	}

	#input(): Node {
		return tensorOf(this.#inputLeaf());
	}

	/** The body of a function on an input. */
	#write(
		body: readonly Statement[],
		variables: readonly Variable[],
		x: Node,
	): { returned: Node[]; lines: string[] } {
		const lines: string[] = [];
		const returned: Value[] = [];
		const given: Value = { node: x, code: 'x' };
		let names = 0;
		const bind = (value: Value): Value => {
			if (isName(value.code)) return value;
			const code = `y${names++}`;
			lines.push(`const ${code} = ${value.code};`);
			return { node: value.node, code };
		};
		const assigner: Assigner = {
			assign(pairs) {
				assignAll(pairs.map(([at, { node }]) => [variables[at] as Variable, node])); // in range
				lines.push(
					`assignAll([${pairs.map(([at, value]) => `[w${at}, ${value.code}]`).join(', ')}]);`,
				);
			},
			read: (at) => bind({ node: (variables[at] as Variable).read(), code: `w${at}.read()` }), // in range
		};
		let y = given;
		for (const { kind, choices } of body) {
			let used = 0;
			const choose = (count: number): number => (choices[used++ % choices.length] ?? 0) % count;
			const next = statements[kind % statements.length]?.({
				x: given,
				y,
				count: variables.length,
				choose,
				...assigner,
			});
			if (next !== undefined && next.node !== y.node) {
				y = bind(next);
				if (choose(3) === 0) returned.push(y);
			}
		}
		const all = [y, ...returned];
		lines.push(`return [${all.map(({ code }) => code).join(', ')}];`);
		return { returned: all.map(({ node }) => node), lines };
	}

	*#follow(compilers: readonly Compile[], { compilations, lines }: Code): Generator<Observation> {
		const { functions } = this.#parts;
		const variables = this.#variables();
		const observations: Observation[] = [];
		const values: Value[] = [{ node: this.#input(), code: 'x' }];
		const compiled = new Map<string, (x: Node) => Node[]>();
		const compiledBy = (at: number, engine: number): ((x: Node) => Node[]) => {
			const key = `f${at}by${engine}`;
			const known = compiled.get(key);
			if (known !== undefined) return known;
			const compile = compilers[engine] as Compile; // in range
			const f = compile((x: Node) => this.#write(functions[at] ?? [], variables, x).returned);
			compilations.push(`const ${key} = compilers[${engine}](f${at});`);
			compiled.set(key, f);
			return f;
		};
		const course = {
			variables,
			values,
			observations,
			lines,
			run(which: number, by: number, x: Value) {
				const [at, engine] = [which % functions.length, by % compilers.length];
				const f = compiledBy(at, engine);
				const code = `r${lines.length}`;
				lines.push(`const ${code} = f${at}by${engine}(${x.code});`);
				for (const [i, node] of f(x.node).entries()) {
					observations.push({ name: `${code}[${i}]`, node });
					values.push({ node, code: `${code}[${i}]` });
				}
			},
		};
		for (const { kind, choices } of this.#parts.events) {
			let used = 0;
			const choose = (count: number): number => (choices[used++ % choices.length] ?? 0) % count;
			// What comes later is no input before it is there, unless the engine says so; nor is a Variable that of another.
			for (const { node } of values) yield { name: null, node };
			if (compilers.length > 1)
				for (const each of variables) yield { name: null, node: each.read() };
			events[kind % events.length]?.({ ...course, choose });
			yield* observations.splice(0);
		}
		for (const [i, each] of variables.entries()) yield { name: `w${i}`, node: each.read() };
	}
}

/** Random uses of Variables: see VariableHistory. They shrink to fewer events, functions and statements. */
export function histories(): fc.Arbitrary<VariableHistory> {
	const choices = fc.array(fc.nat(23), { minLength: 6, maxLength: 6 });
	const event = fc.record({ kind: fc.nat(events.length - 1), choices });
	const statement = fc.record({ kind: fc.nat(statements.length - 1), choices });
	const shape = fc.oneof(
		{ weight: 1, arbitrary: fc.constantFrom<number[]>([], [1], [0]) },
		{ weight: 6, arbitrary: fc.integer({ min: 2, max: 9 }).map((n) => [n, n]) },
		{ weight: 3, arbitrary: fc.constantFrom([7], [33, 2], [64], [257], [31, 33], [4099]) },
	);
	return fc
		.tuple(
			fc.array(event, { minLength: 1, maxLength: 12 }),
			fc.array(fc.array(statement, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 }),
			shape,
			fc.constantFrom('f32' as const, 'f64' as const),
			fc.array(patterns, { minLength: 1, maxLength: 3 }),
		)
		.map(
			([backwards, functions, shape, dtype, starts]) =>
				new VariableHistory({
					variables: starts.map((pattern) => ({ shape, dtype, pattern })),
					functions,
					events: backwards.toReversed(),
				}),
		);
}
