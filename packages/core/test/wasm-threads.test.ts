import { expect, test } from 'vitest';
import { ThreadError, variable } from '../src/index.ts';
import { control } from '../src/wasm/control.ts';
import { webAssembly } from '../src/wasm/platform.ts';
import { Pool } from '../src/wasm/threads/pool.ts';

test('a run that waits for a thread that has failed ends with a typed error', () => {
	if (webAssembly === undefined) throw new Error('this environment has no WebAssembly');
	const memory = new webAssembly.Memory({ initial: 1, maximum: 1, shared: true });
	const words = new Int32Array(memory.buffer as ArrayBuffer); // typed arrays take shared buffers too
	const pool = new Pool(memory, 0);
	expect(() => pool.run(0, () => pool.park(0))).not.toThrow();
	words[control.failed / 4] = 1;
	expect(() => pool.run(0, () => pool.park(0))).toThrow(ThreadError);
});

test('a Variable whose value was lost can be assigned anew', () => {
	const w = variable([1, 2]);
	w.cell.write(() => {
		throw new ThreadError('lost');
	});
	expect(() => w.data()).toThrow('lost');
	w.assign([3, 4]);
	expect(w.toArray()).toEqual([3, 4]);
});
