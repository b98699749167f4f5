const given = new Set<string>();

/**
 * Tells the developer what is missing or slow, what follows, and what to do; once for each `kind`, which is the message
 * unless that tells of more than one case.
 */
export function notice(message: string, kind: string = message): void {
	if (given.has(kind)) return;
	given.add(kind);
	console.warn(`pullback: ${message}`);
}
