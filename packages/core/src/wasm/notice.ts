const given = new Set<string>();

/** Tells the developer, once, what the environment lacks, what follows, and what to do. */
export function notice(message: string): void {
	if (given.has(message)) return;
	given.add(message);
	console.warn(`pullback: ${message}`);
}
