import type { Command } from './command.ts';

/** A command by its name on the command line. */
export interface Entry {
	readonly name: string;
	/** What it does, in the list of commands. */
	readonly summary: string;
	/** Loads it, and what it alone needs. */
	load(): Promise<Command>;
}

/** The commands, as the help lists them: each is a file of its own, loaded only when it is called. */
export const commands: readonly Entry[] = [
	{
		name: 'train',
		summary: 'train a net by one of the recipes',
		load: async () => (await import('./train.ts')).train,
	},
	{
		name: 'check-gradients',
		summary: 'compare the gradients of a recipe with differences',
		load: async () => (await import('./checkGradients.ts')).checkGradients,
	},
	{
		name: 'evaluate',
		summary: 'tell how well a net reads the data set, and its mistakes',
		load: async () => (await import('./evaluate.ts')).evaluate,
	},
	{
		name: 'predict',
		summary: 'read digits in pictures of your own',
		load: async () => (await import('./predict.ts')).predict,
	},
	{
		name: 'show',
		summary: 'print a digit in the terminal',
		load: async () => (await import('./show.ts')).show,
	},
	{
		name: 'download',
		summary: 'bring the files of MNIST or Fashion-MNIST',
		load: async () => (await import('./download.ts')).download,
	},
];
