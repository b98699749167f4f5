import type { TestProject } from 'vitest/node';
import { type Trained, train } from './training.ts';

declare module 'vitest' {
	interface ProvidedContext {
		/** What training in Node comes to. */
		readonly trainedInNode: Trained;
	}
}

/** Trains in Node before the tests begin, so that they can compare. */
export default async function setup(project: TestProject): Promise<void> {
	project.provide('trainedInNode', await train());
}
