import type { Order, Outcome } from './outcome.ts';

type Answer = { readonly outcome: Outcome } | { readonly error: string };

/** What a page is served with. */
interface Served {
	/** Its Content-Security-Policy. */
	readonly policy?: string;
	/** Where its program is. */
	readonly program?: string;
}

/** Trains on the main thread of a new page. */
export async function inPage(
	order: Order,
	{ policy, program = new URL('./page.ts', import.meta.url).href }: Served = {},
): Promise<Outcome> {
	const frame = document.createElement('iframe');
	frame.name = JSON.stringify(order);
	frame.srcdoc = `<!doctype html>
		${policy === undefined ? '' : `<meta http-equiv="Content-Security-Policy" content="${policy}">`}
		<script type="module" src="${program}"></script>`;
	const answer = new Promise<Answer>((done) => {
		const listen = ({ source, data }: MessageEvent<Answer>): void => {
			if (source !== frame.contentWindow) return;
			removeEventListener('message', listen);
			done(data);
		};
		addEventListener('message', listen);
	});
	document.body.append(frame);
	try {
		return outcomeIn(await answer);
	} finally {
		frame.remove();
	}
}

/** Trains in a new worker of the page. */
export async function inWorker(order: Order): Promise<Outcome> {
	const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
	try {
		const answer = new Promise<Answer>((done) => {
			worker.onmessage = ({ data }: MessageEvent<Answer>) => done(data);
			worker.onerror = ({ message }) => done({ error: message });
		});
		worker.postMessage(order);
		return outcomeIn(await answer);
	} finally {
		worker.terminate();
	}
}

function outcomeIn(answer: Answer): Outcome {
	if ('error' in answer) throw new Error(answer.error);
	return answer.outcome;
}
