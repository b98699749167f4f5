import type { AnyModule } from '../modules/module.ts';
import { namesOf } from '../modules/parts.ts';
import { counterpartOf, type Place } from './counterparts.ts';

/**
 * The places in a state dictionary of PyTorch's of a value of a net, by the value's path; null if PyTorch saves no such
 * value. `modules` are those of the net by their paths.
 */
export function placesOf(
	path: string,
	modules: ReadonlyMap<string, AnyModule>,
): readonly Place[] | null {
	const names = namesOf(path);
	const moduleAt = (length: number): AnyModule | undefined =>
		modules.get(names.slice(0, length).join('.'));
	const lead: string[] = [];
	let at = 0;
	for (let module = moduleAt(0); module !== undefined; module = moduleAt(at)) {
		const rest = names.slice(at);
		const { places, part } = counterpartOf(module);
		const found = places?.(rest.join('.'));
		if (found === null) return null;
		if (found !== undefined)
			return found.map((place) => ({ ...place, name: [...lead, place.name].join('.') }));
		const known = part?.(rest);
		const length =
			known?.length ?? rest.findIndex((_, i) => moduleAt(at + i + 1) !== undefined) + 1;
		if (length === 0) break;
		lead.push(...(known === undefined ? rest.slice(0, length) : [known.name]));
		at += length;
	}
	return [{ name: [...lead, ...names.slice(at)].join('.'), take: (value) => value }];
}
