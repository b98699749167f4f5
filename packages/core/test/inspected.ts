import { inspection } from '../src/graph/describe.ts';

/** What Node's console shows of a value that says so itself, without a console, which browsers do not have. */
export function inspected(value: object): unknown {
	return Reflect.apply(Reflect.get(value, inspection), value, []);
}
