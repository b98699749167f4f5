import type { BoundedOutput } from '../program/boundedOutput.ts';
import { logText } from '../program/inspect.ts';
import type { Level } from '../program/messages.ts';

/** The console of a program: a text that is an SVG is shown as a picture, everything else in words. */
export function consoleOf(output: BoundedOutput): Console {
	const writing =
		(level: Level) =>
		(...values: readonly unknown[]): void => {
			const [only] = values;
			if (values.length === 1 && typeof only === 'string' && only.startsWith('<svg'))
				output.picture(only);
			else output.text(logText(values), level);
		};
	const plain = writing('plain');
	const assert = (isRight: unknown, ...values: readonly unknown[]): void => {
		if (!isRight) writing('error')('Assertion failed', ...values);
	};
	// What measures and counts stays that of the browser.
	return {
		...console,
		log: plain,
		info: plain,
		debug: plain,
		dir: plain,
		table: plain,
		warn: writing('warning'),
		error: writing('error'),
		assert,
	};
}
