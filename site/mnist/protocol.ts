/** What the page and its Worker say to each other. */

/** The nets that the page trains, by the names of their recipes. */
export const netNames = ['two-layer', 'convnet'] as const;

export type NetName = (typeof netNames)[number];

/** What a reader chooses of a run; the rest is the recipe's. */
export interface Choice {
	readonly net: NetName;
	readonly learningRate: number;
	/** Images in a step. */
	readonly batchSize: number;
	/** Chooses the first weights and the order of the images. */
	readonly seed: number;
}

/** What is drawn: ink from 0 to 1 at each place of a square, row by row. */
export interface Ink {
	readonly side: number;
	readonly values: Float32Array;
}

/** Weights of the first layer as small pictures of one size, one after the other. */
export interface WeightMaps {
	readonly side: number;
	readonly values: Float32Array;
}

/** An array of numbers with its shape. */
export interface Numbers {
	readonly shape: readonly number[];
	readonly values: Float32Array;
}

/** What the page asks of the Worker. */
export type Request =
	/** The first: where the folder of MNIST is. */
	| { readonly kind: 'start'; readonly data: string }
	/** A new net in place of the one at hand, whose run ends. */
	| { readonly kind: 'choose'; readonly choice: Choice }
	/** Begins a run, or goes on with it. */
	| { readonly kind: 'train'; readonly choice: Choice }
	| { readonly kind: 'stop' }
	/** What the net is to read from now on; null for nothing. */
	| { readonly kind: 'draw'; readonly ink: Ink | null }
	/** That the net read an image of the test set, the one of that number. */
	| { readonly kind: 'show'; readonly image: number }
	| { readonly kind: 'save' }
	| { readonly kind: 'load'; readonly file: string; readonly bytes: Uint8Array<ArrayBuffer> }
	/** The weights that a run of the choice begins with. */
	| { readonly kind: 'firstWeights'; readonly choice: Choice };

/** How a net is trained unless a reader chooses otherwise. */
export interface NetDefaults {
	readonly learningRate: number;
	readonly batchSize: number;
}

/** What the Worker tells the page. */
export type Report =
	/** The first: what there is to choose. */
	| { readonly kind: 'ready'; readonly defaults: Readonly<Record<NetName, NetDefaults>> }
	/** The net at hand is another, before any step. */
	| { readonly kind: 'chosen'; readonly net: NetName; readonly parameters: number }
	| { readonly kind: 'fetched'; readonly received: number; readonly total: number }
	| { readonly kind: 'begun' }
	| Steps
	/** How the test images are read after so many steps. */
	| {
			readonly kind: 'tested';
			readonly step: number;
			readonly accuracy: number;
			readonly loss: number;
	  }
	| { readonly kind: 'weights'; readonly maps: WeightMaps }
	/** What the net reads, as the probability of each digit, in the image that was made of the drawing. */
	| { readonly kind: 'read'; readonly image: Float32Array; readonly probabilities: Float32Array }
	/** Nothing is drawn that could be read. */
	| { readonly kind: 'nothing' }
	| { readonly kind: 'stopped'; readonly step: number; readonly finished: boolean }
	| { readonly kind: 'saved'; readonly file: string; readonly bytes: Uint8Array<ArrayBuffer> }
	| { readonly kind: 'loaded'; readonly file: string; readonly net: NetName }
	| { readonly kind: 'firstWeights'; readonly weights: readonly Numbers[] }
	| { readonly kind: 'failed'; readonly request: Request['kind']; readonly message: string };

/** Steps that were made since the last report of some. */
export interface Steps {
	readonly kind: 'steps';
	/** The steps of the run so far, and the passes over the training images. */
	readonly step: number;
	readonly epoch: number;
	/** The loss of each of the new steps. */
	readonly losses: Float32Array<ArrayBuffer>;
	/** The time that the new steps took, without reports and tests in between. */
	readonly milliseconds: number;
}
