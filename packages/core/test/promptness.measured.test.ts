import { spawnSync } from 'node:child_process';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { built } from '../../../testing/built.ts';
import {
	type Argument,
	add,
	compile,
	concatenate,
	grad,
	type Node,
	type Operand,
	tensor,
	variable,
} from '../src/index.ts';
import { endless } from './endlessArrays.ts';

// What must not take long, whatever it is given.

/** The work that a function makes for this process, in milliseconds, however busy the machine is. */
function workOf(run: () => void): number {
	const start = process.cpuUsage();
	run();
	const { user, system } = process.cpuUsage(start);
	return (user + system) / 1000;
}

test('2^60 paths through 60 doublings take no longer than 60 Nodes', () => {
	const run = () => {
		const x = tensor(1, { dtype: 'f64' });
		let y = x;
		for (let i = 0; i < 60; i++) y = y.add(y);
		const values: (number | undefined)[] = [];
		const milliseconds = workOf(() => {
			const [slope] = grad(y, [x]);
			values.push(y.item(), slope?.item());
		});
		return [values, milliseconds] as const;
	};
	run();
	const [values, milliseconds] = run();
	expect(values).toEqual([2 ** 60, 2 ** 60]);
	expect(milliseconds).toBeLessThan(50);
});

test.each(endless)('an array that %s is refused at once, wherever a tensor is taken', (_, make) => {
	const operand = make() as Operand; // by its static type it may be one
	for (const use of [
		() => tensor(operand),
		() => variable(operand),
		() => variable(1).assign(operand),
		() => tensor(1).add(operand),
		() => concatenate([[1], operand]),
		() => compile((x) => x)(operand),
	]) {
		const milliseconds = workOf(() => {
			expect(use).toThrow(/^\w+: .*(does one contain itself|the most (is|are))/);
		});
		expect(milliseconds).toBeLessThan(100);
	}
});

test('arguments that contain themselves, or share their parts beyond number, are refused promptly', () => {
	const own: unknown[] = [tensor(1)];
	own.push(own);
	const named = {};
	Object.assign(named, { named });
	let shared: unknown = tensor(1);
	for (let i = 0; i < 60; i++) shared = [shared, shared];
	const f = compile((x: Argument) => x) as (x: unknown) => unknown; // as plain JavaScript calls it
	for (const each of [own, named, shared]) {
		const milliseconds = workOf(() => {
			expect(() => f(each)).toThrow(
				/^compile: argument 0 is nested deeper.*does it contain itself/,
			);
		});
		expect(milliseconds).toBeLessThan(1000);
	}
});

test('a graph of 100,000 Nodes, each used twice, is looked at promptly', () => {
	const f = compile((x: Node) => {
		let y = x;
		for (let i = 0; i < 15_000; i++) y = y.add(y);
		expect(inspect([y, y, y])).toContain('add of input0, symbolic');
		return x;
	});
	f(1);
	let y: Node = tensor([1]);
	for (let i = 0; i < 100_000; i++) y = add(y, y);
	const milliseconds = workOf(() => {
		expect(String(y)).toContain('add, not computed');
	});
	expect(milliseconds).toBeLessThan(5_000);
});

const core = built('packages/core', 'dist/index.js').href;

/** Runs a program against the built package in a process of its own; its last line is its JSON result. */
function inProcess(program: string): { seconds: number; megabytes: number; value: number } {
	const source = `
		import * as core from ${JSON.stringify(core)};
		const value = (${program})(core);
		const { user, system } = process.cpuUsage();
		const seconds = (user + system) / 1e6;
		const megabytes = process.resourceUsage().maxRSS / 1024;
		console.log(JSON.stringify({ value, seconds, megabytes }));`;
	const run = spawnSync(process.execPath, ['--input-type=module', '-e', source], {
		encoding: 'utf8',
	});
	expect(run.stderr).toBe('');
	return JSON.parse(run.stdout);
}

test('a chain of 1,000,000 Nodes is built, differentiated and evaluated in under 10 s of work and 2 GB', () => {
	const { value, seconds, megabytes } = inProcess(`({ tensor, grad }) => {
		const x = tensor(1, { dtype: 'f64' });
		let y = x;
		for (let i = 0; i < 1_000_000; i++) y = y.add(1);
		const [slope] = grad(y, [x]);
		return y.item() * slope.item();
	}`);
	expect(value).toBe(1_000_001);
	expect(seconds).toBeLessThan(10);
	expect(megabytes).toBeLessThan(2000);
});
