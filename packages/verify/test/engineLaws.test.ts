import { type Engine, interpreter } from '@pullback/core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { engineLaws } from '../src/index.ts';

describe('the interpreter keeps the laws of engines', () => {
	for (const { title, check } of engineLaws({
		newEngine: () => interpreter,
		runs: 20,
	}))
		test(title, check);
});

/** The interpreter with one fault each. */
const faulty: Record<string, Engine> = {
	'a value off in the ninth digit': {
		name: 'inaccurate',
		compile(graph) {
			const { run, free } = interpreter.compile(graph);
			return { free, run: (inputs) => run(inputs).map((data) => data.map((x) => x * (1 + 1e-9))) };
		},
	},
	'NaN taken for 0': {
		name: 'lossy',
		compile(graph) {
			const { run, free } = interpreter.compile(graph);
			return {
				free,
				run: (inputs) => run(inputs).map((data) => data.map((x) => (Number.isNaN(x) ? 0 : x))),
			};
		},
	},
	'the sign of zero lost': {
		name: 'unsigned',
		compile(graph) {
			const { run, free } = interpreter.compile(graph);
			return { free, run: (inputs) => run(inputs).map((data) => data.map((x) => x + 0)) };
		},
	},
	'assignments forgotten': {
		name: 'forgetful',
		compile: (graph) => interpreter.compile({ ...graph, updates: [] }),
	},
	'assignments made before the run': {
		name: 'hasty',
		compile(graph) {
			const updates = interpreter.compile({ ...graph, outputs: [] });
			const outputs = interpreter.compile({ ...graph, updates: [] });
			return {
				free: () => {},
				run(inputs) {
					updates.run(inputs);
					return outputs.run(inputs);
				},
			};
		},
	},
};

describe('what is broken', () => {
	// That is enough to know: what breaks it need not be shrunk.
	const usual = fc.readConfigureGlobal();
	beforeEach(() => fc.configureGlobal({ ...usual, endOnFailure: true }));
	afterEach(() => fc.configureGlobal(usual));

	test.each(Object.entries(faulty))('an engine with a fault breaks a law: %s', (_, engine) => {
		const broken = engineLaws({ newEngine: () => engine, runs: 40 }).filter(({ check }) => {
			try {
				check();
				return false;
			} catch {
				return true;
			}
		});
		expect(broken).not.toEqual([]);
	});
});

test('a law may be skipped by its title, with a reason', () => {
	const all = engineLaws({ newEngine: () => interpreter });
	const [first] = all;
	const skip = { [first?.title ?? '']: 'for this test' };
	expect(engineLaws({ newEngine: () => interpreter, skip })).toHaveLength(all.length - 1);
	expect(() => engineLaws({ newEngine: () => interpreter, skip: { typo: 'none' } })).toThrow(
		"no law 'typo'",
	);
});
