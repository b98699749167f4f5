import { type Order, outcomeOf } from './outcome.ts';

// The program of a page in a frame, whose name is its order.
const order: Order = JSON.parse(window.name);
outcomeOf(order).then(
	(outcome) => parent.postMessage({ outcome }),
	(error) => parent.postMessage({ error: String(error) }),
);
