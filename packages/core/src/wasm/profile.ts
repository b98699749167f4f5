import type { Data } from '../graph/dtype.ts';
import type { Buffer } from '../lowering/ir/expression.ts';
import type { Plan } from '../lowering/ir/plan.ts';
import { bytesOf } from '../lowering/ir/plan.ts';
import { type Timed, timed } from '../program/timed.ts';
import { control, controlSize } from './control.ts';
import { names } from './emit/names.ts';
import { emitProgram } from './emit/program.ts';
import { OutOfMemoryError } from './heap.ts';
import { maxMemoryBytes, pageBytes, viewOf } from './memory.ts';
import { type Memory, webAssembly } from './platform.ts';

/** The times of the kernels of a plan and then of a whole run, and the results; null if an element was out of range. */
export interface ProfiledPlan extends Timed {
	readonly outputs: readonly Data[];
}

/**
 * Times the kernels of a plan, one chunk after another on this thread, in a memory of their own: no cell is written to, and
 * every run begins with the cells' values, so that all runs are the same. Null if an element that is checked was out of
 * range. Throws OutOfMemoryError if there is no room.
 */
export function profilePlan(
	plan: Plan,
	inputs: readonly Data[],
	{ fused, runs }: { readonly fused: boolean; readonly runs: number | null },
): ProfiledPlan | null {
	if (webAssembly === undefined) throw new Error('internal: no WebAssembly');
	const { memory, addressOf } = memoryFor(plan);
	const view = ({ dtype, size }: Buffer, address: number): Data =>
		viewOf(memory, dtype, address, size);
	for (const { index, buffer } of plan.inputs) {
		const data = inputs[index];
		if (data === undefined) throw new Error('internal: an input is missing');
		view(buffer, addressOf(buffer)).set(data);
	}
	for (const { data, buffer } of plan.constants) view(buffer, addressOf(buffer)).set(data);
	const module = emitProgram(plan, addressOf, { shared: false, fused, exportsKernels: true });
	const { exports } = new webAssembly.Instance(new webAssembly.Module(module.bytes), {
		[names.engine]: { [names.memory]: memory },
	});
	const phases = module.phases.map((tasks) =>
		tasks.map(({ name, count, checks }) => ({ run: functionOf(exports, name), count, checks })),
	);
	const alone = functionOf(exports, names.alone);
	const flag = viewOf(memory, 'i32', control.outOfRange, 1);
	const cells = plan.cells.map(({ cell, buffer }) => ({
		old: cell.read(),
		own: view(buffer, addressOf(buffer)),
	}));
	const begin = (): void => {
		flag[0] = 0;
		for (const { old, own } of cells) own.set(old);
	};
	begin();
	alone();
	if (flag[0] !== 0) return null;
	const outputs = plan.outputs.map((buffer) => view(buffer, addressOf(buffer)).slice());
	const count = phases.flat().length;
	const times = timed(count + 1, runs, (note) => {
		begin();
		let at = 0;
		for (const tasks of phases)
			for (const { run, count } of tasks) {
				const start = performance.now();
				for (let chunk = 0; chunk < count; chunk++) run(chunk);
				note(at++, performance.now() - start);
			}
		begin();
		const start = performance.now();
		alone();
		note(count, performance.now() - start);
	});
	return { ...times, outputs };
}

/** A memory that holds all buffers of a plan and nothing else. */
function memoryFor(plan: Plan): {
	readonly memory: Memory;
	readonly addressOf: (buffer: Buffer) => number;
} {
	if (webAssembly === undefined) throw new Error('internal: no WebAssembly');
	const addresses = new Map<Buffer, number>();
	for (const [buffer, offset] of plan.offsets) addresses.set(buffer, controlSize + offset);
	let end = controlSize + plan.size;
	for (const { buffer } of [...plan.inputs, ...plan.constants, ...plan.cells]) {
		addresses.set(buffer, end);
		end += bytesOf(buffer, plan.target);
	}
	const pages = Math.ceil(end / pageBytes);
	if (end > maxMemoryBytes) throw new OutOfMemoryError(end, 0);
	try {
		const memory = new webAssembly.Memory({ initial: pages, maximum: pages, shared: false });
		return {
			memory,
			addressOf: (buffer) => {
				const address = addresses.get(buffer);
				if (address === undefined) throw new Error('internal: a buffer without memory');
				return address;
			},
		};
	} catch (error) {
		if (!(error instanceof RangeError)) throw error;
		throw new OutOfMemoryError(end, 0);
	}
}

function functionOf(
	exports: Readonly<Record<string, ((...values: number[]) => void) | undefined>>,
	name: string,
): (...values: number[]) => void {
	const found = exports[name];
	if (found === undefined) throw new Error(`internal: a module without ${name}`);
	return found;
}
