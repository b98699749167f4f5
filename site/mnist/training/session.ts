import { type Node, NonFiniteError } from '@pullback/core';
import { formatNet, type Mnist, parseNet, type Recipe, recipes } from '@pullback/mnist/browser';
import { checkedSettings, newNet, OfImages } from '@pullback/mnist/parts';
import type { Sequential } from '@pullback/nn';
import {
	type Choice,
	type NetDefaults,
	type NetName,
	netNames,
	type Report,
	type Request,
} from '../protocol.ts';
import { LiveRun } from './liveRun.ts';
import { imageIn, imageOf, Reader } from './reader.ts';
import { Tester } from './tester.ts';
import { numbersOf, weightMaps } from './weightMaps.ts';

/** Milliseconds between two pictures of the weights. */
const betweenMaps = 400;

/** The net at hand. */
interface Net {
	readonly name: NetName;
	readonly recipe: Recipe;
	readonly model: Sequential;
	readonly reader: Reader;
}

/** Fetches MNIST, and tells how much of it there is. */
type FetchData = (onProgress: (received: number, total: number) => void) => Promise<Mnist>;

/** What is asked once there is a session. */
export type SessionRequest = Exclude<Request, { kind: 'start' }>;

/** How the nets are trained by their recipes. */
const defaults: Readonly<Record<NetName, NetDefaults>> = {
	'two-layer': defaultsOf('two-layer'),
	convnet: defaultsOf('convnet'),
};

/** One net and its run: does what the page asks, and tells what comes of it. */
export class Session {
	readonly #fetchData: FetchData;
	readonly #post: (report: Report) => void;
	#choice: Choice;
	#net: Net;
	#run: LiveRun | null = null;
	/** Whether a run is to be on once there are data. */
	#isTraining = false;
	#data: Promise<Mnist> | null = null;
	/** What is before the net. */
	#image: Node | null = null;
	#nextMaps = 0;

	constructor(fetchData: FetchData, post: (report: Report) => void) {
		this.#choice = { net: netNames[0], ...defaults[netNames[0]], seed: 0 };
		this.#net = netOf(this.#choice.net, newNet(settingsOf(this.#choice)));
		this.#fetchData = fetchData;
		this.#post = post;
		post({ kind: 'ready', defaults });
		this.#tellOfNet();
	}

	/** Does what is asked; what fails is told. */
	async handle(request: SessionRequest): Promise<void> {
		try {
			await this.#do(request);
		} catch (error) {
			this.#post({ kind: 'failed', request: request.kind, message: messageOf(error) });
		}
	}

	async #do(request: SessionRequest): Promise<void> {
		switch (request.kind) {
			case 'choose': {
				const { choice } = request;
				const model = newNet(settingsOf(choice));
				this.#choice = choice;
				return this.#replace(netOf(choice.net, model));
			}
			case 'train':
				return this.#train(request.choice);
			case 'stop':
				return this.#stop();
			case 'draw':
				this.#image = request.ink === null ? null : imageOf(request.ink);
				return this.#read();
			case 'show': {
				const { test } = await this.#mnist();
				this.#image = imageIn(test, request.image);
				return this.#read();
			}
			case 'save':
				return this.#save();
			case 'load':
				return this.#load(request.file, request.bytes);
			case 'firstWeights': {
				const weights = numbersOf(newNet(settingsOf(request.choice)));
				return this.#post({ kind: 'firstWeights', weights });
			}
		}
	}

	async #train(choice: Choice): Promise<void> {
		this.#isTraining = true;
		if (this.#run !== null) {
			this.#run.goOn();
			return this.#post({ kind: 'begun' });
		}
		const net = this.#net;
		const settings = settingsOf({ ...choice, net: net.name });
		const { train, test } = await this.#mnist();
		// Another request may have come while the data did.
		if (!this.#isTraining || this.#net !== net || this.#run !== null) return;
		const tester = new Tester(new OfImages(net.model, net.recipe.imageShape), test);
		const parts = { model: net.model, recipe: net.recipe, settings, train, tester };
		const run = new LiveRun(parts, (report) => {
			if (this.#run === run) this.#follow(report);
		});
		this.#run = run;
		this.#choice = choice;
		this.#post({ kind: 'begun' });
		await run.train();
	}

	#stop(): void {
		this.#isTraining = false;
		if (this.#run === null) this.#post({ kind: 'stopped', step: 0, finished: false });
		else this.#run.stop();
	}

	/** Passes on what the run tells, with what the net makes of the drawing by then. */
	#follow(report: Extract<Report, { kind: 'steps' | 'tested' | 'stopped' }>): void {
		this.#post(report);
		if (report.kind === 'tested') return;
		if (this.#image !== null) this.#read();
		if (performance.now() >= this.#nextMaps || report.kind === 'stopped') this.#tellOfWeights();
	}

	#read(): void {
		this.#post(this.#net.reader.read(this.#image));
	}

	#save(): void {
		const settings = settingsOf({ ...this.#choice, net: this.#net.name });
		const bytes = new Uint8Array(formatNet({ model: this.#net.model, settings }));
		const file = `${this.#net.name}-${this.#run?.step ?? 0}-steps.safetensors`;
		this.#post({ kind: 'saved', file, bytes });
	}

	async #load(file: string, bytes: Uint8Array): Promise<void> {
		const { recipe, model } = parseNet(bytes, file);
		const name = netNames.find((each) => each === recipe);
		if (name === undefined)
			throw new RangeError(
				`${file}: found weights of the net ${recipe}; this page has ${netNames.join(' and ')}`,
			);
		this.#replace(netOf(name, model));
		this.#post({ kind: 'loaded', file, net: name });
		if (this.#data === null) return;
		const net = this.#net;
		const { test } = await this.#mnist();
		const tester = new Tester(new OfImages(model, net.recipe.imageShape), test);
		const tested = await tester.test(() => this.#net === net && this.#run === null);
		if (tested !== null) this.#post({ kind: 'tested', step: 0, ...tested });
	}

	/** Another net in place of the one at hand, whose run ends. */
	#replace(net: Net): void {
		this.#isTraining = false;
		this.#run?.drop();
		this.#run = null;
		this.#net = net;
		this.#tellOfNet();
	}

	#tellOfNet(): void {
		const { name, model } = this.#net;
		const parameters = model.parameters().reduce((sum, { shape }) => sum + sizeOf(shape), 0);
		this.#post({ kind: 'chosen', net: name, parameters });
		this.#tellOfWeights();
		this.#read();
	}

	#tellOfWeights(): void {
		this.#post({ kind: 'weights', maps: weightMaps(this.#net.model) });
		this.#nextMaps = performance.now() + betweenMaps;
	}

	/** The data, which are fetched once; anew after a failure. */
	#mnist(): Promise<Mnist> {
		this.#data ??= this.#fetchData((received, total) => {
			this.#post({ kind: 'fetched', received, total });
		}).catch((error: unknown) => {
			this.#data = null;
			throw error;
		});
		return this.#data;
	}
}

function netOf(name: NetName, model: Sequential): Net {
	const recipe = recipes[name];
	return { name, recipe, model, reader: new Reader(model, recipe) };
}

/** As many passes as a run may have: it goes on until it is stopped. */
const epochs = 1000;

/** The settings of a run: those of its recipe where there is no choice, and a constant learning rate. */
function settingsOf({ net, learningRate, batchSize, seed }: Choice) {
	const { optimizer } = recipes[net].defaults;
	return checkedSettings('MNIST in the page', {
		...{ recipe: net, optimizer, learningRate, batchSize, seed },
		...{ schedule: 'constant', epochs },
	});
}

function defaultsOf(net: NetName): NetDefaults {
	const { learningRate, batchSize } = recipes[net].defaults;
	return { learningRate, batchSize };
}

function sizeOf(shape: readonly number[]): number {
	return shape.reduce((product, length) => product * length, 1);
}

function messageOf(error: unknown): string {
	if (error instanceof NonFiniteError) return `${error.message}; lower the learning rate`;
	return error instanceof Error ? error.message : String(error);
}
