import type { Partition } from '../../lowering/execution/partition.ts';
import type { Code, Local } from '../assembler/code.ts';
import { lesser } from './scalar.ts';

/** Emits the first item of a chunk and the one after its last. */
export function emitRange(
	code: Code,
	{ items, grain, blocks }: Partition,
	chunk: Local,
): readonly [begin: Local, end: Local] {
	if (blocks === null) {
		const begin = code.get(chunk).i32(grain).op('i32.mul').keep('i32');
		const after = code.get(begin).i32(grain).op('i32.add').keep('i32');
		return [begin, lesser(code, after, code.i32(items).keep('i32'))];
	}
	code.get(chunk).i32(blocks).op('i32.div_u').i32(items).op('i32.mul');
	const first = code.keep('i32');
	code.get(first).get(chunk).i32(blocks).op('i32.rem_u').i32(grain).op('i32.mul').op('i32.add');
	const begin = code.keep('i32');
	const last = code.get(first).i32(items).op('i32.add').keep('i32');
	return [begin, lesser(code, code.get(begin).i32(grain).op('i32.add').keep('i32'), last)];
}
