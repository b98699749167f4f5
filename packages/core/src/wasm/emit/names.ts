import type { MemoryImport } from '../assembler/module.ts';

/** What the modules of a program, the engine and its workers call what they give each other. */
export const names = {
	/** The engine gives its modules these. */
	engine: 'engine',
	memory: 'memory',
	/** (chunks done): called now and then by a thread that waits for others. */
	park: 'park',
	/** The module of a program exports these, and those of its kernels that `together` calls. */
	program: 'program',
	alone: 'alone',
	/** The module for several threads exports this. */
	together: 'together',
} as const;

/** The engine's memory, as modules import it: shared, if several threads may use it. */
export function memoryOf(shared: boolean): MemoryImport {
	return {
		module: names.engine,
		name: names.memory,
		initial: 1,
		maximum: 65_536,
		shared,
	};
}
