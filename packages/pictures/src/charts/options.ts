import { checkedCount, checkedFinite, checkedList, checkedString } from '@pullback/core/arguments';
import { checkedTheme, type Theme } from '../theme.ts';
import { isDrawable } from './numbers.ts';

/** Options that all pictures have. */
export interface PictureOptions {
	/** What stands above the picture, and is told to those who do not see it; nothing stands there if left out. */
	readonly title?: string;
	/** 'auto' if left out: light or dark as the reader's browser is. For other programs, and paper, 'light'. */
	readonly theme?: Theme;
}

/** The names of the options that all pictures have. */
export const pictureOptions = ['title', 'theme'] as const;

/** Checked options that all pictures have. */
export interface CheckedPicture {
	readonly title: string | null;
	readonly theme: Theme;
}

/** Checks options that all pictures have. */
export function checkedPicture(
	operation: string,
	{ title, theme }: PictureOptions,
): CheckedPicture {
	return {
		title: title === undefined ? null : checkedString(operation, 'title', title),
		theme: checkedTheme(operation, theme),
	};
}

/** A string, or what it is if left out. */
export function checkedText<Usual extends string | undefined>(
	operation: string,
	name: string,
	value: string | undefined,
	usual: Usual,
): string | Usual {
	return value === undefined ? usual : checkedString(operation, name, value);
}

/** The most pixels, images, panels or curves that a picture has along something. */
const maxCount = 10_000;

/** A whole number from 1 to some thousands, or what it is if left out. */
export function checkedSize(
	operation: string,
	name: string,
	value: number | undefined,
	usual: number,
	least = 1,
	most: number = maxCount,
): number {
	if (value === undefined) return usual;
	const count = checkedCount(operation, name, value);
	if (count >= least && count <= most) return count;
	throw new RangeError(
		`${operation}: ${name} is ${count}; it must be a whole number from ${least} to ${most}`,
	);
}

/** Two numbers that can be drawn, the first less than the second. */
export function checkedRange(
	operation: string,
	name: string,
	range: readonly [low: number, high: number],
): readonly [low: number, high: number] {
	const { length } = checkedList(operation, name, range);
	if (length !== 2)
		throw new RangeError(`${operation}: ${name} holds ${length} numbers; it must hold two`);
	const low = checkedFinite(operation, `the beginning of ${name}`, range[0]);
	const high = checkedFinite(operation, `the end of ${name}`, range[1]);
	if (!isDrawable(low) || !isDrawable(high))
		throw new RangeError(`${operation}: ${name} is [${low}, ${high}]; it must lie within ±1e300`);
	if (low < high) return [low, high];
	throw new RangeError(
		`${operation}: ${name} is [${low}, ${high}]; its beginning must be less than its end`,
	);
}
