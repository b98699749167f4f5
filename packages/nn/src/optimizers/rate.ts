import { describe } from '@pullback/core/arguments';
import { finite, type Rule } from '../options/rules.ts';
import type { Schedule } from '../schedules/schedule.ts';

/** The size of a step, or a schedule of it; what that returns is checked when it does. */
export function rate(initial?: number): Rule<number | Schedule> {
	const number = finite();
	const checked: Rule<number | Schedule>['checked'] = (operation, name, value) => {
		if (typeof value === 'function') return value as Schedule; // as its type says
		if (typeof value === 'number') return number.checked(operation, name, value);
		throw new TypeError(
			`${operation}: ${name} is ${describe(value)}; it must be a number or a schedule`,
		);
	};
	return { initial, checked };
}
