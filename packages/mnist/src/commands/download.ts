import { download as bring, type DownloadEvent } from '../download/download.ts';
import { type SourceName, sources } from '../download/sources.ts';
import { type Command, command } from './command.ts';
import { UsageError } from './errors.ts';
import { path, toggle, wholeNumber } from './optionKinds.ts';
import type { Option } from './options.ts';
import { interruptedCode, type Terminal } from './terminal.ts';
import { quoted } from './words.ts';

/** Seconds without a byte until another mirror is asked. */
const usualStallSeconds = 30;
const mostStallSeconds = 3600;

/** Milliseconds between two rounds of all mirrors. */
const pauseMs = 2000;

/** An address of a mirror; undefined if left out. */
const mirror: Option<string | undefined> = {
	value: 'URL',
	text: 'a folder on the web that has the files, to ask in place of others',
	usual: 'the mirrors that are known',
	initial: undefined,
	read: (flag, word) => {
		if (URL.canParse(word) && /^https?:/i.test(word)) return word;
		throw new UsageError(`${flag}: found ${quoted(word)}, needed an address of http or https`);
	},
};

const options = {
	fashion: toggle('Fashion-MNIST: clothes in place of digits, in files of the same form'),
	to: path('folder', { text: 'where the files go', usual: 'data/mnist or data/fashion-mnist' }),
	mirror,
	'stall-seconds': wholeNumber(1, mostStallSeconds, {
		text: 'time without a byte until the next mirror is asked',
		initial: usualStallSeconds,
	}),
};

/** Brings the files of a data set. */
export const download: Command = command({
	about: [
		'Downloads the four IDX files of MNIST, for --data DIR of the other commands. Training needs none of it: the',
		'digits come with the package. Each file is checked by its SHA-256 and takes its name once all four are right;',
		'what is stopped, by Ctrl-C too, goes on where it was when the command is given again.',
	],
	options,
	run: async ({ values }, terminal) => {
		const dataset: SourceName = values.fashion ? 'fashion-mnist' : 'mnist';
		const folder = values.to ?? `data/${dataset}`;
		const { files, mirrors } = sources[dataset];
		const signal = terminal.interruption();
		const found: string[] = [];
		const told = new Set<string>();
		try {
			await bring({
				...{ files, folder, signal, pauseMs },
				mirrors: values.mirror === undefined ? mirrors : [values.mirror],
				stallMs: values['stall-seconds'] * 1000,
				onEvent: (event) => {
					if (event.kind === 'file' && event.found) found.push(event.file.name);
					show(terminal, event, told);
				},
			});
		} catch (error) {
			if (!signal.aborted) throw error;
			terminal.print(`stopped; what has come is kept in ${folder}, and the same command goes on`);
			terminal.report(() => ({ dataset, folder, interrupted: true }));
			return interruptedCode;
		}
		terminal.print(`${dataset} is in ${folder}: try --data ${folder} of the other commands`);
		terminal.report(() => ({
			...{ dataset, folder },
			files: files.map(({ name, bytes, sha256 }) => ({
				...{ name, bytes, sha256 },
				downloaded: !found.includes(name),
			})),
		}));
		return 0;
	},
});

/** Shows what happens; the same failure of a mirror only once, which `told` remembers. */
function show({ line }: Terminal, event: DownloadEvent, told: Set<string>): void {
	const { file } = event;
	switch (event.kind) {
		case 'bytes':
			line.update(
				() =>
					`${file.name}  ${megabytes(event.done)} of ${megabytes(file.bytes)} MB  ${Math.floor((100 * event.done) / file.bytes)} %`,
			);
			break;
		case 'failed': {
			const failure = `${event.url}: ${event.reason}`;
			if (!told.has(failure)) line.print(failure);
			told.add(failure);
			break;
		}
		case 'file':
			line.print(`${file.name}  ${event.found ? 'is there already' : 'is right'}`);
	}
}

function megabytes(bytes: number): string {
	return (bytes / 1e6).toFixed(1);
}
