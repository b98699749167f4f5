/** Arrays nested so deep that they have no shape, or for ever; by what is the matter with them. */
export const endless: readonly (readonly [string, () => unknown])[] = [
	['contains itself', () => withItself([])],
	['contains itself twice', () => withItself(withItself([]))],
	['contains itself late', () => withItself([withItself([])])],
	['is a Proxy that is its own first element', () => endlessProxy()],
	['is 20,000 deep', () => nested(20_000)],
	['holds the same arrays again and again', () => shared(70)],
	['holds the same empty arrays again and again', () => shared(60, [])],
];
function withItself(array: unknown[]): unknown[] {
	array.push(array);
	return array;
}
function endlessProxy(): unknown {
	const proxy: unknown = new Proxy([], { get: (_, key) => (key === 'length' ? 1 : proxy) });
	return proxy;
}
export function nested(depth: number): unknown {
	let array: unknown = 1;
	for (let i = 0; i < depth; i++) array = [array];
	return array;
}
function shared(depth: number, inner: unknown = 1): unknown {
	let array = inner;
	for (let i = 0; i < depth; i++) array = [array, array];
	return array;
}
