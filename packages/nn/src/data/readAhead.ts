/** What an iterable gives, of which up to `count` are asked for before they are wanted; in order, errors too. */
export async function* readAhead<Item>(
	source: AsyncIterable<Item>,
	count: number,
): AsyncGenerator<Item, void, undefined> {
	const iterator = source[Symbol.asyncIterator]();
	const pending: Promise<IteratorResult<Item>>[] = [];
	try {
		for (;;) {
			while (pending.length <= count) {
				const next = iterator.next();
				// Nobody may come to wait for it; who does still gets the error.
				next.catch(() => {});
				pending.push(next);
			}
			const result = await pending.shift();
			if (result === undefined || result.done) return;
			yield result.value;
		}
	} finally {
		await iterator.return?.();
	}
}
