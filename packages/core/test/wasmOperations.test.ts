import { expect, test, vi } from 'vitest';
import { compiler, interpreter, type Node } from '../src/index.ts';
import { Counted, filled, newWasmEngine } from './compiled.ts';
import { binary, rowsOf, unary, whole } from './conformance/operations.ts';

test('every operation of every dtype runs on the engine, and nothing on the interpreter', () => {
	const engine = new Counted(newWasmEngine());
	const interpreted = vi.spyOn(interpreter, 'compile');
	const compile = compiler(engine);
	for (const [, dtype, [apply]] of rowsOf(unary))
		for (const shape of [[], [3, 5], [2, 0]])
			compile((x: Node) => apply(x))(filled(shape, dtype, 1));
	for (const [, dtype, [apply]] of rowsOf(binary))
		for (const shape of [[], [3, 5], [0, 1]])
			compile((x: Node, y: Node) => apply(x, y))(filled(shape, dtype, 1), filled([5], dtype, 2));
	for (const [, dtype, [apply]] of rowsOf(whole))
		for (const shape of [
			[3, 5],
			[4, 1, 2],
		])
			compile((x: Node) => apply(x, 1))(filled(shape, dtype, 1));
	expect(engine.runs).toBe(engine.programs);
	expect(engine.programs).toBeGreaterThan(1000);
	expect(interpreted).not.toHaveBeenCalled();
	// The spy sees what an engine hands over.
	compiler(interpreter)((x: Node) => x.exp())(1);
	expect(interpreted).toHaveBeenCalledOnce();
	interpreted.mockRestore();
});
