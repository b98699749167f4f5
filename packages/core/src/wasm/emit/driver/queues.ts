import type { Group } from '../../../lowering/execution/queues.ts';
import type { Code, Local } from '../../assembler/code.ts';
import type { Task } from './task.ts';

/** Runs the chunk at a slot of a queue. */
export function emitSlot(
	code: Code,
	groups: readonly Group<Task>[],
	queue: Local,
	slot: Local,
): void {
	emitFound(code, groups, slot, ({ tasks, count, share, start }) => {
		code.get(queue).i32(share).op('i32.mul').get(slot).op('i32.add');
		const chunk = code.i32(start).op('i32.sub').keep('i32');
		code.get(chunk).i32(count).op('i32.lt_u');
		code.if(() => {
			emitFound(code, numbered(tasks), chunk, ({ start, index }) => {
				code.get(chunk).i32(start).op('i32.sub').call(index);
			});
		});
	});
}

/** Pieces, and where each begins in the chunks of all of them. */
function numbered(tasks: readonly Task[]): (Task & { readonly start: number })[] {
	let start = 0;
	return tasks.map((task) => {
		const own = { ...task, start };
		start += task.count;
		return own;
	});
}

/** Emits what finds, by halves, the last of the parts that begins at or before a position, and code for each. */
function emitFound<Part extends { readonly start: number }>(
	code: Code,
	parts: readonly Part[],
	position: Local,
	emit: (part: Part) => void,
): void {
	const [part] = parts;
	if (part === undefined) return;
	if (parts.length === 1) {
		emit(part);
		return;
	}
	const half = parts.length >> 1;
	code
		.get(position)
		.i32(parts[half]?.start ?? 0)
		.op('i32.lt_u');
	code.if(
		() => emitFound(code, parts.slice(0, half), position, emit),
		() => emitFound(code, parts.slice(half), position, emit),
	);
}
