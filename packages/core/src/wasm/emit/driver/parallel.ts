import { grouped } from '../../../lowering/execution/queues.ts';
import { ModuleBuilder } from '../../assembler/module.ts';
import type { Team } from '../../control.ts';
import { memoryOf, names } from '../names.ts';
import { emitPhase } from './phase.ts';
import { leave, leaveIfOutOfRange, type Task } from './task.ts';

/**
 * A module with `together(run, thread)`, which works on a program phase by phase, and leaves early if the run is over. See
 * `control`. It imports the kernels, as they are called in their own module. Each phase is a function: as compilers take
 * down what all variables of a function hold wherever paths of it meet, a function of all phases would take them time and
 * memory that grow with the square of their number.
 */
export function emitParallel(
	phases: readonly (readonly Task[])[],
	team: Team,
): Uint8Array<ArrayBuffer> {
	const module = new ModuleBuilder(memoryOf(true));
	const park = module.importFunction(names.engine, names.park, ['i32'], []);
	const imported = phases.map((tasks) =>
		tasks.map((task) => ({
			...task,
			index: module.importFunction(names.program, task.name, ['i32'], []),
		})),
	);
	// Every queue has as many slots: they are numbered from the first phase to the last.
	let start = 0;
	const phaseFunctions = imported.map((tasks) => {
		const groups = grouped(tasks, team.threads, start);
		start = groups.at(-1)?.end ?? start;
		const phase = { tasks, groups, end: start };
		const index = module.function(['i32', 'i32'], ['i32'], (code) =>
			emitPhase(code, phase, team, park),
		);
		return { tasks, index };
	});
	const together = module.function(['i32', 'i32'], [], (code) => {
		for (const { tasks, index } of phaseFunctions) {
			code.get(code.parameter(0)).get(code.parameter(1)).call(index);
			leave(code);
			leaveIfOutOfRange(code, tasks);
		}
	});
	module.export(names.together, together);
	return module.encode();
}
