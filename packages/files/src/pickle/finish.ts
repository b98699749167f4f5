import { type Caller, PickleObject, type PickleValue, type StackValue, Tuple } from './values.ts';

type Container = StackValue[] | Map<unknown, StackValue>;

/**
 * What the stack holds at the end, as users get it: tuples as arrays, objects as their values, bytes as copies that
 * share no memory with the file. Containers are changed in place, each once, however deep they lie.
 */
export function finish(result: StackValue, caller: Caller): PickleValue {
	const met = new Set<Container>();
	const waiting: Container[] = [];
	const copies = new Map<Uint8Array, Uint8Array>();

	function copyOf(bytes: Uint8Array): Uint8Array {
		const copy = copies.get(bytes) ?? Uint8Array.from(bytes);
		copies.set(bytes, copy);
		return copy;
	}

	function finished(value: StackValue): StackValue {
		if (value instanceof PickleObject)
			return (
				value.value ?? caller.refuse(`found ${value.name}, needed plain values and ${caller.holds}`)
			);
		if (value instanceof Uint8Array) return copyOf(value);
		const container = value instanceof Tuple ? value.items : value;
		if ((Array.isArray(container) || container instanceof Map) && !met.has(container)) {
			met.add(container);
			waiting.push(container);
		}
		return container;
	}

	const root = finished(result);
	for (let container = waiting.pop(); container !== undefined; container = waiting.pop()) {
		if (Array.isArray(container))
			for (const [i, item] of container.entries()) container[i] = finished(item);
		else for (const [key, item] of container) container.set(key, finished(item));
	}
	return root as PickleValue; // every part of it has been finished
}
