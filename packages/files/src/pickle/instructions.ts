import type { Instruction, Machine } from './machine.ts';
import * as text from './text.ts';
import type { StackValue } from './values.ts';

/** An instruction, or the reason why no pickle may hold it. */
type Row = readonly [code: number, name: string, run: ((m: Machine) => void) | string];

const newestProtocol = 5;

const makes = 'makes an object of a class';
const registered = 'makes an object that is registered elsewhere';
const buffer =
	'takes elements from outside of the file: they were pickled with a buffer_callback, pickle without one';
const set = 'makes a set: save a list';
const drops = 'is needed only by what contains itself';

/** Every instruction of protocols 0 to 5. */
const rows: readonly Row[] = [
	[0x80, 'PROTO', protocol],
	[0x95, 'FRAME', frame],
	[0x2e, 'STOP', (m) => m.stop()],
	[0x28, 'MARK', (m) => m.mark()],

	[0x4e, 'NONE', (m) => m.push(null)],
	[0x88, 'NEWTRUE', (m) => m.push(true)],
	[0x89, 'NEWFALSE', (m) => m.push(false)],

	[0x49, 'INT', (m) => m.pushText(text.integerOfLine(m.cursor.line(), m))],
	[0x4a, 'BININT', (m) => m.push(m.cursor.int32())],
	[0x4b, 'BININT1', (m) => m.push(m.cursor.uint8())],
	[0x4d, 'BININT2', (m) => m.push(m.cursor.uint16())],
	[0x4c, 'LONG', (m) => m.pushText(text.longOfLine(m.cursor.line(), m))],
	[0x8a, 'LONG1', (m) => m.pushText(text.integerOfBytes(m.cursor.take(m.cursor.uint8()), m))],
	[0x8b, 'LONG4', (m) => m.pushText(text.integerOfBytes(m.cursor.take(signedLength(m)), m))],
	[0x46, 'FLOAT', (m) => m.pushText(text.floatOfLine(m.cursor.line(), m))],
	[0x47, 'BINFLOAT', (m) => m.push(m.cursor.float64())],

	[0x53, 'STRING', (m) => m.pushText(text.quotedString(m.cursor.line(), m))],
	[0x54, 'BINSTRING', (m) => m.pushText(text.byteString(m.cursor.take(signedLength(m)), m))],
	[0x55, 'SHORT_BINSTRING', (m) => m.pushText(text.byteString(m.cursor.take(m.cursor.uint8()), m))],
	[0x42, 'BINBYTES', (m) => m.pushText(m.cursor.take(m.cursor.uint32()))],
	[0x43, 'SHORT_BINBYTES', (m) => m.pushText(m.cursor.take(m.cursor.uint8()))],
	[0x8e, 'BINBYTES8', (m) => m.pushText(m.cursor.take(m.cursor.uint64()))],
	[0x96, 'BYTEARRAY8', (m) => m.pushText(m.cursor.take(m.cursor.uint64()))],
	[0x56, 'UNICODE', (m) => m.pushText(text.escapedText(m.cursor.line(), m))],
	[0x58, 'BINUNICODE', (m) => m.pushText(text.utf8Text(m.cursor.take(m.cursor.uint32()), m))],
	[0x8c, 'SHORT_BINUNICODE', (m) => m.pushText(text.utf8Text(m.cursor.take(m.cursor.uint8()), m))],
	[0x8d, 'BINUNICODE8', (m) => m.pushText(text.utf8Text(m.cursor.take(m.cursor.uint64()), m))],

	[0x5d, 'EMPTY_LIST', (m) => m.pushList([])],
	[0x6c, 'LIST', (m) => m.pushList(m.popMarked())],
	[0x61, 'APPEND', (m) => m.append([m.pop()])],
	[0x65, 'APPENDS', (m) => m.append(m.popMarked())],
	[0x29, 'EMPTY_TUPLE', (m) => m.pushTuple([])],
	[0x74, 'TUPLE', (m) => m.pushTuple(m.popMarked())],
	[0x85, 'TUPLE1', (m) => m.pushTuple([m.pop()])],
	[0x86, 'TUPLE2', (m) => m.pushTuple(popped(m, 2))],
	[0x87, 'TUPLE3', (m) => m.pushTuple(popped(m, 3))],
	[0x7d, 'EMPTY_DICT', (m) => m.pushDictionary()],
	[0x64, 'DICT', dictionary],
	[0x73, 'SETITEM', (m) => m.setItems(popped(m, 2))],
	[0x75, 'SETITEMS', (m) => m.setItems(m.popMarked())],

	[0x63, 'GLOBAL', (m) => m.pushNamed(line(m), line(m))],
	[0x93, 'STACK_GLOBAL', stackGlobal],
	[0x52, 'REDUCE', (m) => m.reduce()],
	[0x62, 'BUILD', (m) => m.build()],

	[0x70, 'PUT', (m) => m.remember(text.memoKeyOfLine(m.cursor.line(), m))],
	[0x71, 'BINPUT', (m) => m.remember(m.cursor.uint8())],
	[0x72, 'LONG_BINPUT', (m) => m.remember(m.cursor.uint32())],
	[0x94, 'MEMOIZE', (m) => m.rememberNext()],
	[0x67, 'GET', (m) => m.fetch(text.memoKeyOfLine(m.cursor.line(), m))],
	[0x68, 'BINGET', (m) => m.fetch(m.cursor.uint8())],
	[0x6a, 'LONG_BINGET', (m) => m.fetch(m.cursor.uint32())],

	[0x50, 'PERSID', (m) => m.pushPersistent(line(m))],
	[0x51, 'BINPERSID', (m) => m.pushPersistent(m.pop())],

	[0x69, 'INST', makes],
	[0x6f, 'OBJ', makes],
	[0x81, 'NEWOBJ', makes],
	[0x92, 'NEWOBJ_EX', makes],
	[0x82, 'EXT1', registered],
	[0x83, 'EXT2', registered],
	[0x84, 'EXT4', registered],
	[0x97, 'NEXT_BUFFER', buffer],
	[0x98, 'READONLY_BUFFER', buffer],
	[0x8f, 'EMPTY_SET', set],
	[0x90, 'ADDITEMS', set],
	[0x91, 'FROZENSET', set],
	[0x30, 'POP', drops],
	[0x31, 'POP_MARK', drops],
	[0x32, 'DUP', drops],
];

/** Instructions by their byte. */
export const instructions: readonly (Instruction | undefined)[] = byCode(rows);

function byCode(table: readonly Row[]): (Instruction | undefined)[] {
	const result = new Array<Instruction | undefined>(256).fill(undefined);
	for (const [code, name, run] of table)
		result[code] = {
			name,
			run:
				typeof run === 'function'
					? run
					: (m) =>
							m.refuse(
								`found the instruction ${name}, which ${run}; needed plain values and ${m.holds}`,
							),
		};
	return result;
}

function protocol(m: Machine): void {
	const version = m.cursor.uint8();
	if (!m.isFirst) m.refuse('found a second beginning, needed it once');
	if (version > newestProtocol)
		m.refuse(`found protocol ${version}, needed at most ${newestProtocol}`);
}

/** Frames say how much to read at once: nothing to whoever has it all. */
function frame(m: Machine): void {
	const length = m.cursor.uint64();
	if (length > m.cursor.rest)
		m.refuse(`found a frame of ${length} bytes, needed at most the ${m.cursor.rest} that follow`);
}

function signedLength(m: Machine): number {
	const length = m.cursor.int32();
	if (length < 0) m.refuse(`found a length of ${length} bytes, needed one from 0`);
	return length;
}

function popped(m: Machine, count: number): StackValue[] {
	const items = new Array<StackValue>(count);
	for (let i = count - 1; i >= 0; i--) items[i] = m.pop();
	return items;
}

function dictionary(m: Machine): void {
	const items = m.popMarked();
	m.pushDictionary();
	m.setItems(items);
}

function line(m: Machine): string {
	return text.utf8Text(m.cursor.line(), m);
}

function stackGlobal(m: Machine): void {
	const name = m.pop();
	const module = m.pop();
	if (typeof module !== 'string' || typeof name !== 'string')
		m.refuse('found a name that is no text, needed a module and a name');
	m.pushNamed(module, name);
}
