import { type Command, command } from './command.ts';

/** Compares the gradients of a recipe with differences. */
export const checkGradients: Command = command({
	about: ['Compares the gradients of a recipe with differences.'],
	options: {},
	run: async () => 0,
});
