import { describe } from '@pullback/core/arguments';

/** Which colours a picture has; 'auto' follows the reader's setting, in browsers, and is light on paper. */
export type Theme = 'light' | 'dark' | 'auto';

/** What a colour is for. */
export type Role = keyof typeof light;

/**
 * The hues of the curves are near those of Okabe and Ito (2008), which any colour vision tells apart, as light or as dark as
 * each background needs.
 */
const light = {
	paper: '#ffffff',
	ink: '#1f2328',
	muted: '#59636e',
	rule: '#d8dee4',
	series1: '#0060a8',
	series2: '#c85200',
	series3: '#1f9e6a',
	series4: '#a63d80',
	series5: '#2f9bd8',
	series6: '#7a5f00',
} as const;

const dark: { readonly [Name in keyof typeof light]: string } = {
	paper: '#0d1117',
	ink: '#e6edf3',
	muted: '#9aa4af',
	rule: '#30363d',
	series1: '#4aa8ee',
	series2: '#f08a3c',
	series3: '#3fd8a4',
	series4: '#d987d0',
	series5: '#b9dcff',
	series6: '#e8d24a',
};

/** The colours of the themes that are fixed, by role. */
export const colours: Readonly<Record<'light' | 'dark', Readonly<Record<Role, string>>>> = {
	light,
	dark,
};

/** A role as a colour in markup, which `themed` gives its value. */
export function colour(role: Role): string {
	return `var(--pullback-${role})`;
}

/** How many curves have a colour of their own. */
export const seriesColours = 6;

/** The dashes of curves by number, so that they are told apart in grey. */
const dashes = ['none', '6 3', '2 3', '9 3 2 3', '12 4', '4 2 1 2 1 2'] as const;
/** The markers of curves by number, by their names in Observable Plot. */
const markers = ['circle', 'square', 'triangle', 'diamond', 'cross', 'star'] as const;

/** How a curve looks. */
export interface Look {
	readonly colour: string;
	/** The lengths of its dashes and gaps, or 'none'. */
	readonly dash: string;
	readonly marker: (typeof markers)[number];
}

/** How the curve of some number, from 0, looks: colours repeat after six, with other dashes and markers. */
export function lookOf(number: number): Look {
	const turn = Math.floor(number / seriesColours);
	const at = (number + turn) % dashes.length;
	return {
		colour: colour(`series${(number % seriesColours) + 1}` as Role), // 1 to 6
		dash: dashes[at] ?? 'none',
		marker: markers[at] ?? 'circle',
	};
}

const themes: readonly unknown[] = ['light', 'dark', 'auto'];

/** A theme that a user named; 'auto' if left out. */
export function checkedTheme(operation: string, theme: Theme | undefined): Theme {
	if (theme === undefined) return 'auto';
	if (themes.includes(theme)) return theme;
	throw new RangeError(
		`${operation}: theme is ${describe(theme)}; it must be 'light', 'dark' or 'auto'`,
	);
}

/**
 * The rules that give roles their colours within elements of the class `pullback`, or none where the theme is fixed:
 * `themed` then writes the colours themselves, which programs other than browsers understand, too.
 */
export function rulesOf(theme: Theme): string {
	if (theme !== 'auto') return '';
	return `.pullback{${variables(light)}}@media screen and (prefers-color-scheme:dark){.pullback{${variables(dark)}}}`;
}

function variables(values: Readonly<Record<string, string>>): string {
	return Object.entries(values)
		.map(([role, value]) => `--pullback-${role}:${value}`)
		.join(';');
}

/** Markup with the colours of a theme. */
export function themed(markup: string, theme: Theme): string {
	if (theme === 'auto') return markup;
	return markup.replaceAll(
		/var\(--pullback-(\w+)\)/g,
		(_, role: string) => colours[theme][role as Role], // written by `colour`
	);
}
