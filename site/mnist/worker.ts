import { fetchMnist } from './fetchMnist.ts';
import type { Request } from './protocol.ts';
import { Session } from './training/session.ts';

// The program of the Worker.
let session: Session | null = null;
self.onmessage = ({ data: request }: MessageEvent<Request>) => {
	if (request.kind === 'start') {
		const folder = new URL(request.data);
		session = new Session(
			(onProgress) => fetchMnist(folder, onProgress),
			(report) => postMessage(report),
		);
	} else void session?.handle(request);
};
