/** What the page and the Worker of TF.js say to each other. */
import type { Choice, Numbers } from '../protocol.ts';

/** What TF.js computes on. */
export const backendNames = ['wasm', 'webgl', 'cpu'] as const;

export type BackendName = (typeof backendNames)[number];

export type PeerRequest =
	| {
			/** The first: the same task, from the same weights. */
			readonly kind: 'start';
			readonly choice: Choice;
			readonly weights: readonly Numbers[];
			readonly backend: BackendName;
			/** The threads of the backend `wasm`. */
			readonly threads: number;
			/** The addresses of the folders of MNIST and of TF.js's WebAssembly. */
			readonly data: string;
			readonly wasm: string;
	  }
	/** Trains for about so long, one step at least. */
	| { readonly kind: 'train'; readonly milliseconds: number };

export type PeerReport =
	| { readonly kind: 'ready'; readonly version: string }
	| {
			readonly kind: 'trained';
			readonly losses: Float32Array<ArrayBuffer>;
			/** The time that the steps took. */
			readonly milliseconds: number;
	  }
	| { readonly kind: 'failed'; readonly message: string };
