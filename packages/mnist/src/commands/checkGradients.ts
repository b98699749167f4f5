import { loadMnist } from '../dataset.ts';
import { compareGradients, type ParameterComparison } from '../gradients/compareGradients.ts';
import { recipes } from '../recipes/table.ts';
import { type Command, command } from './command.ts';
import { namesOf, oneOf, wholeNumber } from './optionKinds.ts';
import { dataOption, setThreads, threadsOption } from './sharedOptions.ts';

const options = {
	recipe: oneOf(namesOf(recipes), { text: 'the net', initial: 'two-layer' }),
	images: wholeNumber(1, 1000, { text: 'images of the loss', initial: 3 }),
	elements: wholeNumber(1, 1_000_000, {
		text: 'elements of each parameter that are moved',
		initial: 20,
	}),
	seed: wholeNumber(0, Number.MAX_SAFE_INTEGER, {
		text: 'chooses the weights, and the elements',
		initial: 0,
	}),
	threads: threadsOption,
	data: dataOption,
};

/** Compares the gradients of a recipe with differences. */
export const checkGradients: Command = command({
	about: [
		'Compares gradients by backpropagation with differences, in f64, on the first training images: the mean absolute',
		"difference of each parameter; and how many derivatives verify's checkGradients could decide. The others lie beside",
		'a kink of ReLU or of a maximum. Ends with exit code 1 if one is wrong.',
	],
	options,
	run: async ({ values }, terminal) => {
		const { recipe, images, elements, seed, threads, data: dir } = values;
		setThreads(threads);
		const { train } = await loadMnist({ normalize: false, ...(dir !== undefined && { dir }) });
		const found = compareGradients(train, { recipe, images, elements, seed });
		for (const line of tableOf(found)) terminal.print(line);
		for (const { name, report } of found) if (!report.ok) terminal.print(`${name}: ${report}`);
		const ok = found.every(({ agrees }) => agrees);
		terminal.print(ok ? 'no gradient is wrong' : 'a gradient is wrong');
		terminal.report(() => ({ ok, parameters: found.map(plain) }));
		return ok ? 0 : 1;
	},
});

function tableOf(parameters: readonly ParameterComparison[]): string[] {
	const rows = parameters.map(({ name, shape, compared, gradient, difference, report, agrees }) => [
		name,
		shape.join('x'),
		String(compared),
		gradient.toExponential(2),
		difference.toExponential(2),
		`${report.decided} of ${report.checked}`,
		agrees ? '' : 'wrong',
	]);
	const all = [
		['parameter', 'shape', 'compared', '|gradient|', '|difference|', 'verified', ''],
		...rows,
	];
	const widths = all[0]?.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0))) ?? [];
	return all.map((row) =>
		row
			.map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
			.join('  ')
			.trimEnd(),
	);
}

/** A comparison as `--json` prints it. */
function plain({ report, ...numbers }: ParameterComparison): object {
	const { checked, decided, failures } = report;
	return { ...numbers, checkGradients: { checked, decided, failures } };
}
