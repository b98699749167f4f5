import { existsSync } from 'node:fs';

/** Where Chromium, or Chrome, usually is. */
const usualPlaces = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/snap/bin/chromium',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
	'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The path of the browser that CHROMIUM names, or else of one that is installed. */
export function chromiumPath(): string {
	const { CHROMIUM } = process.env;
	if (CHROMIUM) {
		if (existsSync(CHROMIUM)) return CHROMIUM;
		throw new Error(`CHROMIUM: there is no file ${CHROMIUM}; set it to the path of the browser`);
	}
	const found = usualPlaces.find((path) => existsSync(path));
	if (found !== undefined) return found;
	throw new Error(
		`found no Chromium in any of the usual places (${usualPlaces.join(', ')}), needed to run tests in a browser; install it (Debian: apt-get install -y --no-install-recommends chromium), or set CHROMIUM to its path`,
	);
}
