import { arrays, type Data, elementBytes } from '../src/graph/dtype.ts';
import type { Engine, Graph } from '../src/index.ts';
import type { Buffer } from '../src/lowering/ir/expression.ts';
import type { Plan } from '../src/lowering/ir/plan.ts';
import { lower } from '../src/lowering/lower.ts';
import { controlSize } from '../src/wasm/control.ts';
import { names } from '../src/wasm/emit/names.ts';
import { emitProgram } from '../src/wasm/emit/program.ts';
import { type Memory, webAssembly } from '../src/wasm/platform.ts';
import { wasmTarget } from '../src/wasm/target.ts';

if (webAssembly === undefined) throw new Error('these tests need WebAssembly');
const { Instance, Memory: NewMemory, Module } = webAssembly;

const page = 65_536;
/** Bytes between buffers, at least. */
const gap = 64;
/** What memory is filled with: no number that a test computes with. */
const untouched = 0xa5;

/** Buffers in a memory in which no two are neighbours, so that it is seen if anything else is written. */
export class GuardedMemory {
	readonly limits = { initial: 1, maximum: 65_536, shared: false };
	readonly memory: Memory = new NewMemory(this.limits);
	readonly #start = Math.ceil(controlSize / gap) * gap;
	#end = this.#start + gap;
	#addresses = new Map<Buffer, number>();

	/** Forgets all buffers. */
	clear(): void {
		this.#addresses = new Map();
		this.#end = this.#start + gap;
	}

	/** Where a buffer lies, from the first time that this is asked. */
	addressOf(buffer: Buffer): number {
		const known = this.#addresses.get(buffer);
		if (known !== undefined) return known;
		const address = this.#end;
		this.#end = Math.ceil((address + bytesOf(buffer)) / gap + 1) * gap;
		this.#addresses.set(buffer, address);
		return address;
	}

	/** The elements of a buffer. */
	view(buffer: Buffer): Data {
		const whole = this.memory.buffer as ArrayBuffer; // it is not shared
		return new arrays[buffer.dtype](whole, this.addressOf(buffer), buffer.size);
	}

	/** Fills the buffers with these elements, and everything else with others; then runs, and throws if it wrote to any but `written`. */
	run(
		contents: Iterable<readonly [Buffer, Data]>,
		written: Iterable<Buffer>,
		emitted: () => void,
	): void {
		const missing = Math.ceil(this.#end / page) - this.memory.buffer.byteLength / page;
		if (missing > 0) this.memory.grow(missing);
		const bytes = new Uint8Array(this.memory.buffer, 0, this.#end);
		bytes.fill(0, 0, this.#start);
		bytes.fill(untouched, this.#start);
		for (const [buffer, data] of contents) this.view(buffer).set(data);
		const expected = bytes.slice();
		emitted();
		for (const buffer of written) {
			const address = this.addressOf(buffer);
			expected.set(bytes.subarray(address, address + bytesOf(buffer)), address);
		}
		if (areSameWords(bytes, expected, this.#start)) return;
		const at = bytes.findIndex((byte, i) => i >= this.#start && byte !== expected[i]);
		throw new Error(`wrote ${this.#describe(at)}`);
	}

	#describe(at: number): string {
		const [buffer, address] = [...this.#addresses].findLast(([, address]) => address <= at) ?? [];
		if (buffer === undefined || address === undefined) return 'before all buffers';
		return `byte ${at - address} of a buffer of ${bytesOf(buffer)} bytes (${buffer.role})`;
	}
}

/** Whether memories of whole words are the same from a word on: to compare byte by byte takes many times as long. */
function areSameWords(a: Uint8Array, b: Uint8Array, start: number): boolean {
	const [x, y] = [a, b].map(
		({ buffer, byteLength }) => new Int32Array(buffer, start, (byteLength - start) / 4),
	) as [Int32Array, Int32Array]; // one for each
	for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false;
	return true;
}

function bytesOf({ dtype, size }: Buffer): number {
	return size * elementBytes[dtype];
}

/**
 * The engine, but each run happens in a guarded memory before, and throws if it writes anything but elements of
 * temporaries and of Variables that the program changes. `target` is that of the engine's plans.
 */
export function guarded(engine: Engine, target = wasmTarget): Engine {
	const memory = new GuardedMemory();
	return {
		name: engine.name,
		compile(graph: Graph) {
			const program = engine.compile(graph);
			const plan = lower(graph, target);
			return {
				run: (inputs) => {
					runGuarded(plan, memory, inputs);
					return program.run(inputs);
				},
				free: () => program.free(),
			};
		},
	};
}

function runGuarded(plan: Plan, memory: GuardedMemory, inputs: readonly Data[]): void {
	memory.clear();
	const used = new Set<Buffer>();
	const addressOf = (buffer: Buffer): number => {
		used.add(buffer);
		return memory.addressOf(buffer);
	};
	const { bytes } = emitProgram(plan, addressOf, { shared: false, fused: false });
	const instance = new Instance(new Module(bytes), {
		[names.engine]: { [names.memory]: memory.memory },
	});
	const { alone } = instance.exports;
	if (alone === undefined) throw new Error('a module without exports');
	const contents: (readonly [Buffer, Data])[] = [
		...plan.inputs.map(({ index, buffer }) => [buffer, inputs[index] as Data] as const), // as many
		...plan.constants.map(({ buffer, data }) => [buffer, data] as const),
		...plan.cells.map(({ buffer, cell }) => [buffer, cell.read()] as const),
	];
	for (const [buffer] of contents) addressOf(buffer);
	const changing = new Set(plan.updates);
	const kept = new Set(plan.cells.filter(({ cell }) => !changing.has(cell)).map((x) => x.buffer));
	const written = [...used].filter(
		(buffer) => buffer.role === 'temporary' || (buffer.role === 'variable' && !kept.has(buffer)),
	);
	memory.run(contents, written, () => alone());
}
