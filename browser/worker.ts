import { type Order, outcomeOf } from './outcome.ts';

// The program of a worker, which is sent its order.
self.onmessage = ({ data }: MessageEvent<Order>) =>
	outcomeOf(data).then(
		(outcome) => postMessage({ outcome }),
		(error) => postMessage({ error: String(error) }),
	);
