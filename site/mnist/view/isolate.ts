/** Settings of coi-serviceworker, which it looks for in the window. */
interface Isolation {
	coi?: { readonly quiet: boolean };
}

/**
 * Has a service worker send the headers that give the page threads, where its host does not: it loads the page once more. Where
 * there can be none, the page trains on one thread.
 */
export function isolate(script: string): void {
	if (window.crossOriginIsolated || !window.isSecureContext || !('serviceWorker' in navigator))
		return;
	(window as Isolation).coi = { quiet: true };
	document.head.append(Object.assign(document.createElement('script'), { src: script }));
}
