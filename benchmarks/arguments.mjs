import { parseArgs } from 'node:util';

export const help = `Times Pullback and its peers on the same work, side by side.

npm run bench -- [options]          (add --silent before the -- for nothing but the result)

  --work TEXT      only rows whose title contains TEXT; several times for several
  --peers A,B      only these beside pullback: pullback-relaxed, tfjs-wasm, tfjs-cpu, jax-js,
                   torch, numpy, micro-kernel
  --rounds N       rounds, whose median counts (5)
  --seconds S      how long one contender is timed in a round (0.08)
  --one-thread     also give what pullback, torch and numpy do on one thread
  --write          also write the table to docs/speed.md, which npm run fix formats
  --json           one line of JSON instead of the table
  --help           this text
`;

/**
 * @typedef {object} Options
 * @property {string[]} work
 * @property {string[] | undefined} peers
 * @property {number} rounds
 * @property {number} seconds
 * @property {boolean} oneThread
 * @property {boolean} write
 * @property {boolean} json
 * @property {boolean} help
 */

/**
 * What the command line asks for; throws if that makes no sense.
 *
 * @param {string[]} args
 * @returns {Options}
 */
export function parseArguments(args) {
	const { values } = parseArgs({
		args,
		options: {
			work: { type: 'string', multiple: true, default: [] },
			peers: { type: 'string' },
			rounds: { type: 'string', default: '5' },
			seconds: { type: 'string', default: '0.08' },
			'one-thread': { type: 'boolean', default: false },
			write: { type: 'boolean', default: false },
			json: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	});
	const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
	if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1000)
		throw new RangeError(`--rounds: ${values.rounds}; it must be a whole number from 1 to 1000`);
	if (!(seconds > 0 && seconds <= 10))
		throw new RangeError(`--seconds: ${values.seconds}; it must be a number above 0, 10 at most`);
	return {
		work: values.work,
		peers: values.peers?.split(',').map((name) => name.trim()),
		rounds,
		seconds,
		oneThread: values['one-thread'],
		write: values.write,
		json: values.json,
		help: values.help,
	};
}
