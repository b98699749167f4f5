// Writes one checkpoint after another into a file, each of a number and of parameters of that number, to be killed within.
import { full, variable } from '@pullback/core';
import { saveCheckpoint } from '@pullback/files';

const [, , file = 'saved.safetensors', size = '10000', most = '100'] = process.argv;
const count = variable(0, { dtype: 'f64' });
const weights = variable(full([Number(size)], 0));
const parts = {
	model: {
		namedVariables: () =>
			new Map([
				['count', count],
				['weights', weights],
			]),
	},
};
for (let i = 0; i < Number(most); i++) {
	count.assign(i);
	weights.assign(full([Number(size)], i));
	await saveCheckpoint(file, parts, { count: i });
	console.log(i);
}
