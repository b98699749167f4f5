import { arrays, type Data } from '../src/graph/dtype.ts';
import type { Graph, Node, Result } from '../src/index.ts';
import type { Buffer } from '../src/lowering/ir/expression.ts';
import type { Plan } from '../src/lowering/ir/plan.ts';
import { bytesOf } from '../src/lowering/ir/plan.ts';
import { lower } from '../src/lowering/lower.ts';
import { traceGraph } from '../src/program/compile.ts';
import { controlSize } from '../src/wasm/control.ts';
import { names } from '../src/wasm/emit/names.ts';
import { emitProgram } from '../src/wasm/emit/program.ts';
import { webAssembly } from '../src/wasm/platform.ts';
import { wasmTarget } from '../src/wasm/target.ts';

if (webAssembly === undefined) throw new Error('these tests need WebAssembly');
const { Instance, Memory, Module } = webAssembly;
const pageBytes = 65_536;

/** The graph that compiling a function would make of such inputs. */
export function graphOf(f: (...inputs: Node[]) => Result, ...inputs: readonly Node[]): Graph {
	return traceGraph((symbols) => f(...symbols), inputs, false).graph;
}

/** The plan of a function of such inputs. */
export function planOf(f: (...inputs: Node[]) => Result, ...inputs: readonly Node[]): Plan {
	return lower(graphOf(f, ...inputs), wasmTarget);
}

/** What lies last in a memory: the temporary buffers of a plan, or one of the others. */
export type Last = 'temporaries' | Buffer;

/** All that may lie last in the memory of a plan. */
export function placesOf({ inputs, constants, cells }: Plan): Last[] {
	return ['temporaries', ...[...inputs, ...constants, ...cells].map(({ buffer }) => buffer)];
}

/**
 * The outputs of a plan in a memory of its own that ends where one thing does, and where everything that has not been
 * written is NaN.
 */
export function runPlan(plan: Plan, inputs: readonly Data[], last: Last = 'temporaries'): Data[] {
	const given: (readonly [Buffer, Data])[] = [
		...plan.inputs.map(({ index, buffer }) => [buffer, inputs[index] as Data] as const), // as many
		...plan.constants.map(({ buffer, data }) => [buffer, data] as const),
		...plan.cells.map(({ buffer, cell }) => [buffer, cell.read()] as const),
	];
	const blocks = placesOf(plan).sort((a, b) => Number(a === last) - Number(b === last));
	const bytes = blocks.map((block) =>
		block === 'temporaries' ? plan.size : bytesOf(block, plan.target),
	);
	const pages = Math.ceil((controlSize + bytes.reduce((sum, size) => sum + size, 0)) / pageBytes);
	const addresses = new Map<Buffer, number>();
	let end = pages * pageBytes;
	for (const [i, block] of [...blocks.entries()].reverse()) {
		end -= bytes[i] ?? 0;
		if (block !== 'temporaries') addresses.set(block, end);
		else for (const [buffer, offset] of plan.offsets) addresses.set(buffer, end + offset);
	}
	const addressOf = (buffer: Buffer): number => {
		const address = addresses.get(buffer);
		if (address === undefined) throw new Error('a buffer without memory');
		return address;
	};
	const memory = new Memory({ initial: pages, maximum: pages, shared: false });
	const whole = memory.buffer as ArrayBuffer; // it is not shared
	new Uint8Array(whole).fill(0xff, controlSize);
	const view = (buffer: Buffer): Data =>
		new arrays[buffer.dtype](whole, addressOf(buffer), buffer.size);
	for (const [buffer, data] of given) view(buffer).set(data);
	const module = new Module(emitProgram(plan, addressOf, { shared: false, fused: false }).bytes);
	const { exports } = new Instance(module, {
		[names.engine]: { [names.memory]: memory },
	});
	exports[names.alone]?.();
	return plan.outputs.map((buffer) => view(buffer).slice());
}
