import { existsSync } from 'node:fs';

/** A browser that tests run in. */
interface Browser {
	readonly name: string;
	/** The variable of the environment that may name its path. */
	readonly variable: string;
	/** Where it usually is. */
	readonly places: readonly string[];
	/** The package that brings it to Debian. */
	readonly package: string;
}

const browsers = {
	chromium: {
		name: 'Chromium',
		variable: 'CHROMIUM',
		places: [
			'/usr/bin/chromium',
			'/usr/bin/chromium-browser',
			'/usr/bin/google-chrome',
			'/snap/bin/chromium',
			'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
			'/Applications/Chromium.app/Contents/MacOS/Chromium',
			'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
		],
		package: 'chromium',
	},
	firefox: {
		name: 'Firefox',
		variable: 'FIREFOX',
		places: [
			'/usr/bin/firefox-esr',
			'/usr/bin/firefox',
			'/snap/bin/firefox',
			'/Applications/Firefox.app/Contents/MacOS/firefox',
			'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
		],
		package: 'firefox-esr',
	},
} as const satisfies Readonly<Record<string, Browser>>;

export type BrowserName = keyof typeof browsers;

/** There is no such browser in any of the usual places. */
export class NotInstalledError extends Error {
	override readonly name = 'NotInstalledError';
}

/** The browser that the environment asks for by BROWSER, Chromium unless told. */
export function browserOf({ BROWSER = 'chromium' }: NodeJS.ProcessEnv): BrowserName {
	if (BROWSER === 'chromium' || BROWSER === 'firefox') return BROWSER;
	throw new Error(`BROWSER: found ${BROWSER}, needed chromium or firefox`);
}

/** The path of the browser that its variable of the environment names, or else of one that is installed. */
export function pathOf(
	browser: BrowserName,
	environment: NodeJS.ProcessEnv = process.env,
	exists: (path: string) => boolean = existsSync,
): string {
	const { name, variable, places, package: debian } = browsers[browser];
	const asked = environment[variable];
	if (asked) {
		if (exists(asked)) return asked;
		throw new Error(`${variable}: there is no file ${asked}; set it to the path of the browser`);
	}
	const found = places.find((path) => exists(path));
	if (found !== undefined) return found;
	throw new NotInstalledError(
		`found no ${name} in any of the usual places (${places.join(', ')}), needed to run tests in a browser; install it (Debian: apt-get install -y --no-install-recommends ${debian}), or set ${variable} to its path`,
	);
}
