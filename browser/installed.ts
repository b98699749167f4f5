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

const chromium: Browser = {
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
};

const firefox: Browser = {
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
};

/** The path of the Chromium, or Chrome, that CHROMIUM names, or else of one that is installed. */
export function chromiumPath(): string {
	return pathOf(chromium);
}

/** The path of the Firefox that FIREFOX names, or else of one that is installed. */
export function firefoxPath(): string {
	return pathOf(firefox);
}

function pathOf({ name, variable, places, package: debian }: Browser): string {
	const asked = process.env[variable];
	if (asked) {
		if (existsSync(asked)) return asked;
		throw new Error(`${variable}: there is no file ${asked}; set it to the path of the browser`);
	}
	const found = places.find((path) => existsSync(path));
	if (found !== undefined) return found;
	throw new Error(
		`found no ${name} in any of the usual places (${places.join(', ')}), needed to run tests in a browser; install it (Debian: apt-get install -y --no-install-recommends ${debian}), or set ${variable} to its path`,
	);
}
