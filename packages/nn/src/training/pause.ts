/** Milliseconds between two pauses: as long as a picture of a page stays. */
const betweenPausesMs = 16;

/** The parts of the environment that let other work run, where it has them. */
interface Environment {
	readonly setImmediate?: (then: () => void) => unknown;
	readonly MessageChannel?: new () => {
		readonly port1: { onmessage: (() => void) | null; close(): void };
		readonly port2: { postMessage(message: null): void };
	};
}

/**
 * Lets timers, signals and events be served, which wait while a loop computes. Returns a function to be awaited between
 * two steps; it pauses only where the last pause was a moment ago, as one takes longer than a small step.
 */
export function pauses(): () => Promise<void> | undefined {
	let last = performance.now();
	return () => {
		if (performance.now() - last < betweenPausesMs) return undefined;
		return otherWork().then(() => {
			last = performance.now();
		});
	};
}

function otherWork(): Promise<void> {
	// Node has the first, browsers the second, and declarations differ.
	const { setImmediate, MessageChannel } = globalThis as unknown as Environment;
	return new Promise((resolve) => {
		if (setImmediate !== undefined) setImmediate(resolve);
		else if (MessageChannel !== undefined) {
			const { port1, port2 } = new MessageChannel();
			port1.onmessage = () => {
				port1.close();
				resolve();
			};
			port2.postMessage(null);
		} else throw new Error('internal: neither Node nor a browser');
	});
}
