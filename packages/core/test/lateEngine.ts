import {
	type Cell,
	type Data,
	type Engine,
	type Graph,
	interpreter,
	Late,
	type Node,
	type Program,
	topologicalOrder,
} from '../src/index.ts';
import type { ParamsOf } from '../src/ops/primitives.ts';

/** When runs are done, and which of them fail. */
export interface LateEngineOptions {
	/** Milliseconds that a run takes on the device; 0 if left out. */
	readonly milliseconds?: number;
	/** The error of a run, counted from 1, that fails on the device; null of any other. */
	readonly failureOf?: (run: number) => Error | null;
}

/** A value in the memory of a device: its elements are there when the run that computes them is done. */
class DeviceValue extends Late {
	readonly device: LateEngine;
	readonly elements: Promise<Data>;

	constructor(device: LateEngine, elements: Promise<Data>) {
		super(async () => {
			device.fetched++;
			return elements;
		});
		this.device = device;
		this.elements = elements;
		// Known to have failed even if nobody asks for it.
		elements.catch((error: unknown) => this.fail(error));
	}
}

/**
 * An engine as one for a device is: a run is only begun by `run`, and computed by the interpreter when a timer goes off,
 * one after another; its values stay where they are until they are fetched, and pass from run to run without that.
 */
export class LateEngine implements Engine<Data | Late> {
	readonly name = 'late';
	/** Runs begun. */
	runs = 0;
	/** Runs that are over, whether they failed or not. */
	done = 0;
	/** Values that were brought to the device. */
	sent = 0;
	/** Values that somebody asked for. */
	fetched = 0;
	readonly #milliseconds: number;
	readonly #failureOf: (run: number) => Error | null;
	#last: Promise<unknown> = Promise.resolve();

	constructor({ milliseconds = 0, failureOf = () => null }: LateEngineOptions = {}) {
		this.#milliseconds = milliseconds;
		this.#failureOf = failureOf;
	}

	takes(value: Late): boolean {
		return value instanceof DeviceValue && value.device === this;
	}

	compile({ inputs, outputs, updates }: Graph): Program<Data | Late> {
		const roots = [...outputs, ...updates.map(({ value }) => value)];
		const read = topologicalOrder(roots, ({ value }) => value !== null).filter(isVariable);
		const cells = read.map(({ params }) => (params as ParamsOf<'variable'>).cell as Cell); // of Variables
		// The cells' values are passed to the interpreter, and it returns the next ones.
		const program = interpreter.compile({
			inputs: [...inputs, ...read],
			outputs: roots,
			updates: [],
		});
		let isFree = false;
		return {
			run: (values) => {
				if (isFree) throw new Error('internal: a program that has been freed');
				const operands = Promise.all([
					...values.map((value) => this.#onDevice(value, () => value as Data)), // takes no other
					...cells.map((cell) => this.#onDevice(cell.content(), () => cell.read())),
				]);
				// Its failure is that of the run, whose turn may come later.
				operands.catch(() => {});
				const results = this.#begin(async () => program.run(await operands));
				const made = roots.map(
					(_, i) =>
						new DeviceValue(
							this,
							results.then((all) => all[i] as Data), // as many
						),
				);
				for (const [i, { cell }] of updates.entries()) {
					const next = made[outputs.length + i] as DeviceValue; // as many
					cell.write(() => next);
				}
				return made.slice(0, outputs.length);
			},
			free: () => {
				isFree = true;
			},
		};
	}

	/** Waits until the runs that were begun are over. */
	async idle(): Promise<void> {
		await this.#last;
	}

	/** Elements on the device: they are there, or are brought there. */
	#onDevice(value: Data | Late, elements: () => Data): Promise<Data> | Data {
		if (value instanceof DeviceValue && value.device === this) return value.elements;
		this.sent++;
		return elements();
	}

	/** What a run gives when its turn has come. */
	#begin(compute: () => Promise<Data[]>): Promise<Data[]> {
		const run = ++this.runs;
		const turn = this.#last.then(async () => {
			await new Promise((resolve) => setTimeout(resolve, this.#milliseconds));
			const failure = this.#failureOf(run);
			if (failure !== null) throw failure;
			return await compute();
		});
		const over = (): void => {
			this.done++;
		};
		this.#last = turn.then(over, over);
		return turn;
	}
}

function isVariable({ primitive }: Node): boolean {
	return primitive.name === 'variable';
}
