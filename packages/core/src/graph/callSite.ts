/** A line of a stack: a position in a file. */
interface Frame {
	readonly file: string;
	readonly line: number;
	readonly column: number;
}

/** The length of the stack: more frames than lie between an operation and the line that asked for it, through any layers. */
const maxFrames = 200;

// This file is found in a stack of its own, since stacks may name another file than the module does: the source that
// a source map leads to, or the bundle that it is part of.
const own = framesHere()[0];
/** The folder of this package; undefined where it is no folder of its own. */
const ownFolder = own?.file.match(/^(.*[\\/])graph[\\/]callSite\.[jt]s$/)?.[1];
/** The folder of the packages beside this one, which record operations for their callers, too. */
const siblings = ownFolder?.match(/^(.*[\\/])core[\\/](?:src|dist)[\\/]$/)?.[1];

/** In files of bundles, whose modules follow those that they need, where the last of our packages ends. */
const ends = new Map<string, Frame>();

/**
 * Marks the end of a package that records operations for its callers, in a file that it may share with them: to be called by
 * its last module.
 */
export function endOfPackage(): void {
	const [, end] = framesHere();
	if (end !== undefined) ends.set(end.file, end);
}

/** `file:line:column` of the nearest caller outside of this package, those beside it and Node; empty if there is none. */
export function callSite(): string {
	const caller = framesHere().find((frame) => !isOwn(frame));
	return caller === undefined ? '' : `${caller.file}:${caller.line}:${caller.column}`;
}

function isOwn({ file, line, column }: Frame): boolean {
	if (ownFolder !== undefined && file.startsWith(ownFolder)) return true;
	// After an await, nothing but what goes on with it may be left of the callers.
	if (file.startsWith('node:')) return true;
	if (/[\\/]node_modules[\\/]@pullback[\\/]/.test(file)) return true;
	if (siblings !== undefined && file.startsWith(siblings))
		return /^[a-z]+[\\/](?:src|dist)[\\/]/.test(file.slice(siblings.length));
	// One file for packages and their users.
	const end = ends.get(file);
	if (end === undefined) return ownFolder === undefined && file === own?.file;
	return line < end.line || (line === end.line && column < end.column);
}

/** The frames of the stack, the caller of this function first. */
function framesHere(): Frame[] {
	const { stackTraceLimit } = Error;
	// Not by assignment, which throws where Error is frozen.
	Reflect.set(Error, 'stackTraceLimit', maxFrames);
	const { stack = '' } = new Error();
	Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
	return stack.split('\n').flatMap(frameOf).slice(1);
}

/** V8 writes `at name (file:1:2)` or `at file:1:2`, others `name@file:1:2`. */
function frameOf(text: string): Frame[] {
	const found = /^\s*(?:at (?:async )?(?:[^(/\\]*? \()?|[^@]*@)(.+):(\d+):(\d+)\)?$/.exec(text);
	const [, file, line, column] = found ?? [];
	return file === undefined ? [] : [{ file, line: Number(line), column: Number(column) }];
}
