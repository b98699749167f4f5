import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { BoundedOutput } from '../site/playground/program/boundedOutput.ts';
import { breakable, signChanged } from '../site/playground/program/breaking.ts';
import { packed, unpacked } from '../site/playground/program/fragment.ts';
import { inspect, logText } from '../site/playground/program/inspect.ts';
import type { Output } from '../site/playground/program/messages.ts';
import { requiring } from '../site/playground/program/modules.ts';
import { root, textOf } from './markdown.ts';

const folder = 'site/playground/examples';
const examples = readdirSync(join(root, folder)).filter((file) => file.endsWith('.ts'));

afterEach(() => {
	vi.restoreAllMocks();
});

test('there are twenty examples or more, each with a title, a sentence, and at most forty lines', () => {
	expect(examples.length).toBeGreaterThanOrEqual(20);
	for (const file of examples) {
		const [title, sentence, ...lines] = textOf(`${folder}/${file}`).trimEnd().split('\n');
		expect(file).toMatch(/^\d\d-[a-z-]+\.ts$/);
		expect(title).toMatch(/^\/\/ [A-Z].{3,40}[^.]$/);
		expect(sentence).toMatch(/^\/\/ .{20,140}\.$/);
		expect(lines.length).toBeLessThanOrEqual(40);
	}
});

test.each(examples)('the example %s runs, and prints or draws', async (file) => {
	const log = vi.spyOn(console, 'log').mockImplementation(() => {});
	await import(join(root, folder, file));
	expect(log.mock.calls.length).toBeGreaterThan(0);
	const printed = log.mock.calls.map((values) => logText(values)).join('\n');
	expect(printed).not.toMatch(/not computed: toArray|undefined|\[Object\]/);
});

describe('output that is bounded', () => {
	const limits = { lines: 7, characters: 60, pictures: 2, pictureCharacters: 30 };

	/** What is passed on of texts, written one after another. */
	function passedOn(texts: readonly string[]): readonly Output[] {
		const outputs: Output[] = [];
		const output = new BoundedOutput(
			(each) => outputs.push(each),
			limits,
			() => 0,
		);
		for (const text of texts) output.text(text);
		output.flush();
		return outputs;
	}
	const count = (text: string): number => text.split('\n').length;
	const texts = fc.array(
		fc
			.array(fc.constantFrom('', 'a', 'bc', 'line', 'x'.repeat(50)), { minLength: 1, maxLength: 9 })
			.map((lines) => lines.join('\n')),
		{ maxLength: 20 },
	);

	test('keeps to its limits, and what it passes on is how each text begins', () => {
		fc.assert(
			fc.property(texts, (all) => {
				const kept = passedOn(all).flatMap((each) => (each.kind === 'text' ? [each.text] : []));
				expect(kept.reduce((sum, text) => sum + count(text), 0)).toBeLessThanOrEqual(limits.lines);
				expect(kept.join('').length).toBeLessThanOrEqual(limits.characters);
				let at = 0;
				for (const text of kept) {
					while (at < all.length && !all[at]?.startsWith(text)) at++;
					expect(at).toBeLessThan(all.length);
					at++;
				}
			}),
		);
	});

	test('passes on all characters, or tells of those that it leaves out', () => {
		fc.assert(
			fc.property(texts, (all) => {
				const outputs = passedOn(all);
				const kept = outputs.flatMap((each) => (each.kind === 'text' ? [each.text] : []));
				const told = outputs.findLast((each) => each.kind === 'omitted');
				const written = all.join('').length;
				expect(kept.join('').length + (told?.characters ?? 0)).toBe(written);
				if (told === undefined) expect(kept).toEqual(all);
			}),
		);
	});

	test('tells of what it leaves out now and then, not each time', () => {
		let now = 0;
		const outputs: Output[] = [];
		const output = new BoundedOutput(
			(each) => outputs.push(each),
			limits,
			() => now,
		);
		for (now = 0; now < 1000; now++) output.text('line');
		output.flush();
		output.flush();
		const told = outputs.filter((each) => each.kind === 'omitted');
		expect(told.length).toBeLessThan(10);
		expect(told.at(-1)).toEqual({ kind: 'omitted', lines: 993, characters: 993 * 4 });
	});

	test('leaves out pictures that are too many or too large', () => {
		const outputs: Output[] = [];
		const output = new BoundedOutput(
			(each) => outputs.push(each),
			limits,
			() => 0,
		);
		output.picture(`<svg ${'x'.repeat(40)}`);
		for (let i = 0; i < 3; i++) output.picture('<svg/>');
		expect(outputs.filter((each) => each.kind === 'picture')).toHaveLength(2);
		output.flush();
		expect(outputs.at(-1)).toMatchObject({ kind: 'omitted', lines: 2 });
	});
});

describe('values in words', () => {
	test('are those that Node writes, where they are short', async () => {
		const { inspect: ofNode } = await import('node:util');
		const values = fc.letrec((tie) => ({
			value: fc.oneof(
				{ maxDepth: 2 },
				fc.constantFrom(undefined, null, true, -0, 0.1, NaN, 'it', "it's", 12n),
				fc.array(tie('value'), { maxLength: 2 }),
				fc.dictionary(fc.constantFrom('a', 'b c'), tie('value'), {
					maxKeys: 2,
					noNullPrototype: true,
				}),
			),
		}));
		fc.assert(
			fc.property(values.value, (value) => {
				expect(inspect(value)).toBe(ofNode(value, { breakLength: Infinity, depth: 9 }));
			}),
		);
	});

	test('end, whatever the value', () => {
		const circle: unknown[] = [new Map([[1, new Set([2])]]), new Float32Array([1.5]), Symbol('s')];
		circle.push(
			circle,
			{
				get own() {
					return 1;
				},
			},
			() => 0,
			class Net {},
			new RangeError('r'),
		);
		expect(inspect(circle)).toContain('[Circular]');
		expect(inspect(Array.from({ length: 1e5 }, (_, i) => i))).toMatch(/\.\.\. 99900 more\n\]$/);
		expect(inspect(Array.from({ length: 3 })).split('\n')).toHaveLength(1);
		let deep: unknown[] = [];
		for (let i = 0; i < 1000; i++) deep = [deep];
		expect(inspect(deep)).toContain('[Array]');
	});
});

describe('modules of a program', () => {
	const loaders = { left: async () => ({ sum: 1, some: undefined }), right: async () => ({}) };
	const requireOf = (names: readonly string[]) =>
		requiring(names, loaders, (name, names) => names.find((each) => each[0] === name[0]));

	test('have what they export, and errors name the rest', async () => {
		const require = await requireOf(['left']);
		const { sum, some } = require('left');
		expect([sum, some]).toEqual([1, undefined]);
		const misspelt = (): unknown => {
			const { sun } = require('left');
			return sun;
		};
		expect(misspelt).toThrow("import: 'left' exports no sun; did you mean sum?");
		expect(() => require('left').toString).toThrow("import: 'left' exports no toString");
	});

	test.each(['middle', 'toString', '__proto__'])('do not have %s', async (name) => {
		await expect(requireOf(['left', name])).rejects.toThrow(
			`import: there is no module '${name}' here; there are left, right`,
		);
	});
});

describe('a program in an address', () => {
	test('is the same once it is read', async () => {
		await fc.assert(
			fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (program) => {
				const words = await packed(program);
				expect(words).toMatch(/^[\w-]+$/);
				expect(await unpacked(words)).toBe(program);
			}),
		);
	});

	test('is refused where it is cut or far too long', async () => {
		const words = await packed('const x = tensor(2);');
		for (const wrong of ['', '%', words.slice(0, -4)])
			await expect(unpacked(wrong)).rejects.toThrow(/^fragment: /);
		await expect(unpacked(await packed('x'.repeat(390_000)))).resolves.toHaveLength(390_000);
		await expect(packed('x'.repeat(500_000)).then(unpacked)).rejects.toThrow(/^fragment: /);
	});
});

test('the derivative of an example can be broken and mended, and of those without one nothing changes', () => {
	for (const file of examples) {
		const program = textOf(`${folder}/${file}`);
		const state = breakable(program);
		expect(state).toBe(file === '18-broken.ts' ? 'whole' : 'no');
		const changed = signChanged(program);
		expect(changed === program).toBe(state === 'no');
		if (state === 'whole') expect(breakable(changed)).toBe('broken');
		expect(signChanged(changed)).toBe(program);
	}
});
