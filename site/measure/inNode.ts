import { loadMnist } from '@pullback/mnist';
import type { Choice } from '../mnist/protocol.ts';
import { Session } from '../mnist/training/session.ts';

// Trains in Node as the page does, for so many milliseconds after so many of warming up; prints the milliseconds of a step.
const [choice, warmUp, milliseconds] = JSON.parse(process.argv[2] ?? '') as [
	Choice,
	number,
	number,
];
const data = await loadMnist({ normalize: false });
let [steps, spent, began] = [0, 0, Infinity];
const session = new Session(
	async () => data,
	(report) => {
		if (report.kind !== 'steps') return;
		const now = performance.now();
		began = Math.min(began, now);
		if (now - began < warmUp) return;
		steps += report.losses.length;
		spent += report.milliseconds;
		if (now - began < warmUp + milliseconds) return;
		console.log(spent / steps);
		process.exit(0);
	},
);
await session.handle({ kind: 'choose', choice });
await session.handle({ kind: 'train', choice });
