/** What readers of files by their names share, for packages that build on this one. */
import { checkedString } from '@pullback/core/arguments';

/** The name of a file or folder; the system's own words for what no name can be do not tell who was called. */
export function checkedPath(operation: string, name: string, value: unknown): string {
	const path = checkedString(operation, name, value);
	if (path === '') throw new RangeError(`${operation}: ${name} is empty; it must be a path`);
	if (path.includes('\0'))
		throw new RangeError(
			`${operation}: ${name} holds a NUL character at ${path.indexOf('\0')}; it must be a path`,
		);
	return path;
}

/** What the system says about a file, without the file's name, which is told already. */
export function systemReason(error: unknown): string {
	const text = error instanceof Error ? error.message : String(error);
	return text.replace(/, [a-z]+ '.*'$/s, '');
}

/** Whether the system has said that there is no such file or folder. */
export function isMissing(error: unknown): boolean {
	return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
