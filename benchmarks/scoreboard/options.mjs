import { parseArgs } from 'node:util';

export const help = `Judges Pullback and its peers by the same random programs: values, gradients, second derivatives.

npm run scoreboard -- [options]     (add --silent before the -- for nothing but the result)

  --peers A,B      only these: pullback, tfjs, jax-js, js-pytorch
  --runs N         programs that each runs (1000)
  --seed N         chooses the programs (1)
  --json           one line of JSON instead of the text
  --write          writes docs/scoreboard.md
  --help           this text
`;

/**
 * @typedef {object} Options
 * @property {string[] | undefined} peers
 * @property {number} runs
 * @property {number} seed
 * @property {boolean} json
 * @property {boolean} write
 * @property {boolean} help
 */

/**
 * What the command line asks for; throws if that makes no sense.
 *
 * @param {string[]} args
 * @param {readonly string[]} known the names of peers
 * @returns {Options}
 */
export function parseOptions(args, known) {
	const { values } = parseArgs({
		args,
		options: {
			peers: { type: 'string' },
			runs: { type: 'string', default: '1000' },
			seed: { type: 'string', default: '1' },
			json: { type: 'boolean', default: false },
			write: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	});
	const [runs, seed] = [Number(values.runs), Number(values.seed)];
	if (!Number.isInteger(runs) || runs < 1 || runs > 100_000)
		throw new RangeError(`--runs: ${values.runs}; it must be a whole number from 1 to 100000`);
	if (!Number.isInteger(seed) || Math.abs(seed) >= 2 ** 31)
		throw new RangeError(`--seed: ${values.seed}; it must be a whole number of 32 bits`);
	const peers = values.peers?.split(',').map((name) => name.trim());
	const unknown = peers?.find((name) => !known.includes(name));
	if (unknown !== undefined)
		throw new RangeError(`--peers: no ${unknown}; there are ${known.join(', ')}`);
	if (values.write && peers !== undefined)
		throw new RangeError('--write: writes what was found about all; leave --peers out');
	return { peers, runs, seed, json: values.json, write: values.write, help: values.help };
}
