import { compiler, type Node, normal, randomKey, ThreadError, wasmEngine } from '@pullback/core';
import { afterEach, expect, test } from 'vitest';
import { queueBytes } from '../../../packages/core/src/wasm/control.ts';
import { workerSourceWith } from '../../../packages/core/src/wasm/threads/workerSource.ts';

const { Worker: PlainWorker } = globalThis;
const now = performance.now.bind(performance);

afterEach(() => {
	globalThis.Worker = PlainWorker;
	performance.now = now;
});

/** Has workers claim a chunk of a run and then do something else; time passes a hundred times as fast. */
function plantFault(does: string): void {
	const joining = `
		const claims = new BigInt64Array(memory.buffer, queues + ${queueBytes} * thread, 1);
		for (;;) {
			const claim = Atomics.load(claims, 0);
			if (Number(claim >> 32n) !== run || (claim & 0xffffffffn) > 3n) break;
			if (Atomics.compareExchange(claims, 0, claim, claim + 1n) === claim) { ${does} }
		}
	`;
	const program = new Blob([workerSourceWith({ joining })], { type: 'text/javascript' });
	globalThis.Worker = class extends PlainWorker {
		constructor() {
			super(URL.createObjectURL(program));
		}
	};
	performance.now = () => 100 * now();
}

test.each([
	['throws', "throw new Error('on purpose');", 'failed in the middle of a run'],
	['hangs', 'Atomics.wait(words, 0, 0);', 'has not finished its chunk'],
])(
	'a worker that %s in the middle of a run of the main thread fails that run alone',
	async (_, does, message) => {
		plantFault(does);
		const engine = wasmEngine({ threads: 2 });
		if (engine === null) throw new Error('these tests need WebAssembly with vectors');
		const x = normal(randomKey(1), [200, 200]);
		const cube = compiler(engine)((x: Node) => x.matmul(x).matmul(x));
		const right = cube(x).data();
		let error: unknown = null;
		for (let i = 0; i < 2000 && error === null; i++) {
			try {
				cube(x);
			} catch (thrown) {
				error = thrown;
			}
			// The worker starts while the page rests.
			await new Promise((done) => setTimeout(done));
		}
		expect(error).toBeInstanceOf(ThreadError);
		expect(String(error)).toContain(message);
		expect(cube(x).data()).toEqual(right);
	},
);
