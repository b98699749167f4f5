/** A text without the folder that all call sites in it, as `file:line:column`, have in common; that is named at its end. */
export function withoutFolder(text: string, sites: readonly string[]): string {
	let folder: string | null = null;
	for (const site of sites) {
		if (site === '') continue;
		const own = site.slice(0, Math.max(site.lastIndexOf('/'), site.lastIndexOf('\\')) + 1);
		folder = folder === null ? own : common(folder, own);
	}
	if (folder === null || folder.length < 2) return text;
	return `${text.replaceAll(folder, '')}\n\nlines are those of files in ${folder}`;
}

/** The longest folder that both paths lie in. */
function common(a: string, b: string): string {
	let length = 0;
	for (let i = 0; i < a.length && a[i] === b[i]; i++)
		if (a[i] === '/' || a[i] === '\\') length = i + 1;
	return a.slice(0, length);
}
