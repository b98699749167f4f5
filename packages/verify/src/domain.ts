import { checkedFinite, checkedList } from '@pullback/core/arguments';

/** Where the elements of a random tensor lie: in one of some intervals, ends included. */
export type Domain = readonly (readonly [low: number, high: number])[];

/** Numbers of either sign. */
export const real: Domain = [[-3, 3]];

/** Numbers well above 0. */
export const positive: Domain = [[0.2, 3]];

/** Numbers of either sign well away from 0. */
export const nonzero: Domain = awayFrom([0]);

/** Numbers from -3 to 3 that keep a distance from the given points, where a function has kinks or poles. */
export function awayFrom(points: readonly number[], distance = 0.1): Domain {
	checkedList('awayFrom', 'points', points);
	for (let i = 0; i < points.length; i++) checkedFinite('awayFrom', `points[${i}]`, points[i]);
	checkedFinite('awayFrom', 'distance', distance);
	const bounds = [-3, ...points.toSorted((a, b) => a - b), 3];
	return bounds.slice(1).flatMap((high, i): Domain => {
		const [from, to] = [
			(bounds[i] ?? high) + (i === 0 ? 0 : distance),
			high - (i === points.length ? 0 : distance),
		];
		return from <= to ? [[from, to]] : [];
	});
}

/** Intervals that a user passed: at least one, each from a finite number to one that is not less. */
export function checkedDomain(operation: string, domain: Domain): Domain {
	checkedList(operation, 'domain', domain);
	if (domain.length === 0) throw new RangeError(`${operation}: the domain is empty`);
	for (let i = 0; i < domain.length; i++) {
		const [low, high] = checkedList(operation, `domain[${i}]`, domain[i] ?? []);
		const bounds = [low, high].map((bound) =>
			checkedFinite(operation, `a bound of domain[${i}]`, bound),
		);
		if ((bounds[0] ?? 0) > (bounds[1] ?? 0))
			throw new RangeError(
				`${operation}: domain[${i}] is from ${low} to ${high}; the first must not be greater`,
			);
	}
	return domain;
}
