import { recipes } from '../recipes/table.ts';

/** The lines of a help that tell the recipes, and how each is trained. */
export function recipeLines(): string[] {
	return [
		'Recipes, and how they train unless told otherwise:',
		...Object.entries(recipes).map(([name, { summary, defaults }]) => {
			const { optimizer, learningRate, schedule, epochs, batchSize } = defaults;
			const usual = `${optimizer} ${learningRate}, ${schedule}, ${epochs} epochs, batches of ${batchSize}`;
			return `  ${name.padEnd(14)}${summary}\n${''.padEnd(16)}(${usual})`;
		}),
	];
}
