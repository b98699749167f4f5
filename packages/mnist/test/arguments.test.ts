import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { book } from '../src/commands/book.ts';
import { commandName } from '../src/commands/commandName.ts';
import { UsageError } from '../src/commands/errors.ts';
import { parseOptions } from '../src/commands/options.ts';
import { programHelp } from '../src/commands/program.ts';

const parse = (words: readonly string[]) => parseOptions(words, book.options).values;

const defaults = {
	iterations: 10_000,
	'batch-size': 100,
	hidden: 50,
	'learning-rate': 0.1,
	seed: 0,
	data: undefined,
	json: false,
	help: false,
};

describe('the command line', () => {
	test('without flags is the recipe of the book', () => {
		expect(parse([])).toEqual(defaults);
	});

	test('means what its flags say, in either spelling', () => {
		const flags = ['--iterations=6', '--batch-size', '7', '--hidden', '8', '--seed=9'];
		expect(
			parse([...flags, '--learning-rate', '2.5e-1', '--data', 'a b', '--json', '--help']),
		).toEqual({
			iterations: 6,
			'batch-size': 7,
			hidden: 8,
			seed: 9,
			'learning-rate': 0.25,
			data: 'a b',
			json: true,
			help: true,
		});
	});

	test('takes every whole number that a flag allows', () => {
		fc.assert(
			fc.property(fc.maxSafeNat(), (seed) => {
				expect(parse(['--seed', String(seed)])).toMatchObject({ seed });
			}),
		);
	});

	test('takes every positive number as a learning rate', () => {
		fc.assert(
			fc.property(
				fc.double({ min: Number.MIN_VALUE, noNaN: true, noDefaultInfinity: true }),
				(rate) => {
					expect(parse(['--learning-rate', String(rate)])['learning-rate']).toBe(rate);
				},
			),
		);
	});
});

test('the last of several equal flags counts', () => {
	expect(parse(['--seed', '1', '--seed', '2'])).toMatchObject({ seed: 2 });
});

describe('a mistake on the command line is an error of one line', () => {
	test.each([
		['a word for a number', ['--iterations', 'many'], '--iterations: found "many", needed a whole'],
		['a fraction', ['--batch-size', '1.5'], '--batch-size: found "1.5"'],
		['zero', ['--hidden', '0'], '--hidden: found "0"'],
		['a negative number', ['--iterations', '-5'], '--iterations: found "-5"'],
		['a negative rate', ['--learning-rate=-0.1'], '--learning-rate: found "-0.1"'],
		['NaN', ['--learning-rate', 'NaN'], '--learning-rate: found "NaN", needed a positive'],
		['infinity', ['--learning-rate', 'Infinity'], '--learning-rate: found "Infinity"'],
		['a rate of zero', ['--learning-rate', '0'], '--learning-rate: found "0"'],
		['a rate too small for a number', ['--learning-rate', '1e-999'], 'found "1e-999"'],
		['a rate too large for a number', ['--learning-rate', '1e999'], 'found "1e999"'],
		['text after a number', ['--seed', '12x'], '--seed: found "12x"'],
		['text after a rate', ['--learning-rate', '0.1.2'], 'found "0.1.2"'],
		['a space', ['--seed', ' 1'], '--seed: found " 1"'],
		['hexadecimal', ['--seed', '0x10'], '--seed: found "0x10"'],
		['an exponent in a whole number', ['--iterations', '1e3'], '--iterations: found "1e3"'],
		['nothing', ['--iterations', ''], '--iterations: found ""'],
		['a number beyond the range', ['--seed', '9007199254740992'], 'from 0 to 9007199254740991'],
		[
			'a number far beyond the range',
			['--seed', '99999999999999999999'],
			'from 0 to 9007199254740991',
		],
		['a line break', ['--seed', '1\n2'], '--seed: found "1\\n2"'],
		['a folder without a name', ['--data', ''], '--data: found ""'],
		['an unknown flag', ['--speed', '3'], 'found "--speed", not a flag'],
		['a flag cut short', ['--iter', '3'], 'found "--iter", not a flag'],
		['a flag turned off', ['--no-json'], 'found "--no-json", not a flag'],
		['a flag of one letter', ['-s', '3'], 'found "-s", not a flag'],
		['a flag named like an inherited property', ['--constructor'], 'found "--constructor"'],
		['a missing value', ['--seed'], '--seed: needs a value'],
		['a flag for a value', ['--seed', '--json'], '--seed: found "--json", needed a whole'],
		['a value for a switch', ['--json=yes'], '--json: takes no value'],
		['an empty value for a switch', ['--json='], '--json: takes no value'],
	])('%s', (_, argv, message) => {
		const run = () => parse(argv);
		expect(run).toThrow(UsageError);
		expect(run).toThrow(message);
		expect(run).toThrow(/^.*$/);
	});
});

describe('the help', () => {
	test('names every flag and its default', () => {
		const help = programHelp('pullback-mnist');
		for (const [flag, value] of [
			['iterations', '10000'],
			['batch-size', '100'],
			['hidden', '50'],
			['learning-rate', '0.1'],
			['seed', '0'],
			['data', 'the files that come with the package'],
			['json', 'off'],
			['help', 'off'],
		]) {
			expect(help).toMatch(new RegExp(`--${flag} .*\\(default: ${value}\\)`));
		}
	});

	test.each([
		['/home/project/node_modules/.bin/pullback-mnist', undefined, 'pullback-mnist'],
		['/project/node_modules/@pullback/mnist/bin/pullback-mnist.js', 'digits', 'pullback-mnist'],
		[resolve('packages/mnist/dist/cli.js'), 'mnist', 'npm run mnist --'],
		[
			resolve('packages/mnist/dist/cli.js'),
			'test',
			`node ${join('packages', 'mnist', 'dist', 'cli.js')}`,
		],
	])('of %s, called by the script %s, says how to call it: %s', (program, script, command) => {
		expect(commandName(program, script)).toBe(command);
		expect(programHelp(command)).toContain(`\nUsage: ${command} [options]\n`);
	});
});
