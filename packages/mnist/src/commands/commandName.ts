import { basename, relative } from 'node:path';

/**
 * How the command was called: by its own name where a package manager has installed it, by the script `mnist` of npm, or
 * else as a program of Node.
 */
export function commandName(program = '', script?: string): string {
	const name = basename(program, '.js');
	if (name === 'pullback-mnist') return name;
	return script === 'mnist' ? 'npm run mnist --' : `node ${relative('', program)}`;
}
