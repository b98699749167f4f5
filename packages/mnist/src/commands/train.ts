import { type Command, command } from './command.ts';

/** Trains a net by one of the recipes. */
export const train: Command = command({
	about: ['Trains a net by one of the recipes.'],
	options: {},
	run: async () => 0,
});
