import { checkedList, checkedString } from '@pullback/core/arguments';

/** The most classes that have names. */
const maxClasses = 100_000;

/** The name of a class by its number; the number itself if there are no names. */
export function classNames(
	operation: string,
	classes: readonly string[] | undefined,
): (number: number) => string {
	if (classes === undefined) return String;
	const { length } = checkedList(operation, 'classes', classes);
	if (length > maxClasses)
		throw new RangeError(`${operation}: classes holds ${length} names; the most are ${maxClasses}`);
	const names = Array.from(classes, (name, i) =>
		checkedString(operation, `entry ${i} of classes`, name),
	);
	return (number) => {
		const name = names[number];
		if (name !== undefined) return name;
		throw new RangeError(
			`${operation}: classes holds ${names.length} names; it must hold one for the class ${number}`,
		);
	};
}
