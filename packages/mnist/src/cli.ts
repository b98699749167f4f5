#!/usr/bin/env node
import { commandName } from './commands/commandName.ts';
import { complaint } from './commands/errors.ts';
import { program } from './commands/program.ts';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	// Whoever read the output has seen enough, as in `npm run mnist | head`.
	if (error.code === 'EPIPE') process.exit(0);
	process.stderr.write(`pullback-mnist: cannot write the output: ${error.message}\n`);
	process.exit(1);
});
// Nobody is left to be told; the result still goes to stdout.
process.stderr.on('error', () => {});

try {
	const [, path, ...words] = process.argv;
	const { npm_lifecycle_event } = process.env;
	process.exitCode = await program(words, commandName(path, npm_lifecycle_event));
} catch (error) {
	process.stderr.write(complaint(error));
	process.exitCode = 1;
}
