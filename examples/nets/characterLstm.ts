// A net with long short-term memory reads a text character by character, learns what comes next, and writes more of it:
// the number of a subject must be remembered until its verb comes, past another noun. Hochreiter and Schmidhuber, "Long
// short-term memory" (1997); Graves, "Generating sequences with recurrent neural networks" (2013).
import {
	compile,
	type Node,
	randomIntegers,
	randomKey,
	splitKey,
	tensor,
	uniform,
	zeros,
} from '@pullback/core';
import {
	Adam,
	Affine,
	cosineSchedule,
	Embedding,
	LSTM,
	type LSTMState,
	Module,
	softmaxCrossEntropy,
} from '@pullback/nn';
import { ProgressLine } from '@pullback/nn/progress';

const nouns = ['cat', 'dog', 'bird', 'horse'].flatMap((noun) => [`the ${noun}`, `the ${noun}s`]);
const places = nouns.flatMap((noun) => ['', ` near ${noun}`]);
const verbs = ['sleep', 'sing', 'run', 'wait'];

/** The grammar as 512 draws, one as likely as the next: half are of the form `the cats near the dog sing. `, half `the cats sing. `. */
export const sentences: readonly string[] = nouns.flatMap((noun) =>
	places.flatMap((place) =>
		verbs.map((verb) => `${noun}${place} ${noun.endsWith('s') ? verb : `${verb}s`}. `),
	),
);
const characters = [...new Set(sentences.join(''))].sort();

/** The mean of -log2 of the shares that each of some things has among them. */
function entropy(things: Iterable<string>): number {
	const counts = new Map<string, number>();
	for (const thing of things) counts.set(thing, (counts.get(thing) ?? 0) + 1);
	const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
	return [...counts.values()].reduce((sum, n) => sum - (n / total) * Math.log2(n / total), 0);
}

/**
 * The entropy of texts in bits for a character, below which no reader comes: that of a sentence, each being drawn by
 * itself, by the mean length.
 */
export const entropyRate: number =
	(entropy(sentences) * sentences.length) / sentences.join('').length;

/** What is lost by a reader that knows how often each character stands, and reads nothing. */
export const entropyOfCharacters: number = entropy(sentences.join(''));

/** A long text, cut into streams: i32 indices of characters, [streams, length]. */
function drawText(key: Node, streams: number, length: number): Node {
	const shortest = Math.min(...sentences.map((sentence) => sentence.length));
	const count = Math.ceil((streams * length) / shortest);
	const picks = randomIntegers(key, [count], { high: sentences.length }).data();
	const text = Array.from(picks, (pick) => sentences[pick]).join('');
	const indices = Array.from(text.slice(0, streams * length), (each) => characters.indexOf(each));
	return tensor(indices, { dtype: 'i32', shape: [streams, length] });
}

/** Scores of what comes after each character, [streams, length, characters], and the state to go on from. */
type Read = { readonly scores: Node; readonly state: LSTMState };

/** An LSTM between an embedding of characters and the scores of the next one. */
class Reader extends Module<[text: Node, state: LSTMState], Read> {
	readonly embedding: Embedding;
	readonly lstm: LSTM;
	readonly head: Affine;

	constructor(key: Node, hidden: number) {
		super();
		const keys = splitKey(key, 3);
		const width = characters.length;
		this.embedding = new Embedding({ count: width, width, key: keys.slice(0) });
		this.lstm = new LSTM({ inputs: width, hidden, key: keys.slice(1) });
		this.head = new Affine({ inputs: hidden, outputs: width, key: keys.slice(2) });
	}

	override forward(text: Node, before: LSTMState): Read {
		const { outputs, state } = this.lstm.forward(this.embedding.forward(text), 'evaluate', {
			state: before,
		});
		return { scores: this.head.forward(outputs), state };
	}
}

/** How a net is made and trained. */
export interface Settings {
	readonly steps: number;
	readonly seed: number;
	/** The number of texts that are read side by side. */
	readonly streams: number;
	/** The number of characters that a step reads: the state comes from further back, gradients go no further. */
	readonly window: number;
	readonly hidden: number;
	/** Is told how far training is. */
	readonly tell?: (text: () => string) => void;
}

/** Those of the whole training. */
export const whole: Settings = { steps: 900, seed: 0, streams: 32, window: 24, hidden: 64 };

/** What a net has learnt. */
export interface Learnt {
	/** The loss of each step, before it, in bits for a character. */
	readonly curve: readonly number[];
	/** The loss on a text that training did not see. */
	readonly bits: number;
	/** What the net writes by itself, one text for each stream. */
	readonly written: readonly string[];
}

/** Trains on a long text, each window read once, with the state that the last one left; then reads another, and writes. */
export function learn({ steps, seed, streams, window, hidden, tell }: Settings): Learnt {
	const keys = splitKey(randomKey(seed), 4);
	const reader = new Reader(keys.slice(0), hidden);
	const optimizer = new Adam(reader.parameters(), {
		learningRate: cosineSchedule(0.01, { steps }),
	});
	const none = zeros([1, streams, hidden]);
	const start = { hidden: none, cell: none };
	const read = (text: Node, before: LSTMState): { loss: Node; state: LSTMState } => {
		const { scores, state } = reader.forward(text.slice(null, [0, -1]), before);
		return { loss: softmaxCrossEntropy(scores, text.slice(null, [1])), state };
	};
	const readAndLearn = (text: Node, before: LSTMState): ReturnType<typeof read> => {
		const { loss, state } = read(text, before);
		optimizer.minimize(loss);
		return { loss, state };
	};
	/** The loss of each window of a text, in bits for a character. */
	const pass = (step: typeof read, key: Node, windows: number): number[] => {
		const compiled = compile(step);
		const text = drawText(key, streams, windows * window + 1);
		let state: LSTMState = start;
		return Array.from({ length: windows }, (_, i) => {
			const result = compiled(text.slice(null, [i * window, (i + 1) * window + 1]), state);
			state = result.state;
			const bits = result.loss.item() / Math.LN2;
			tell?.(() => `window ${i + 1} of ${windows}: ${bits.toFixed(3)} bits for a character`);
			return bits;
		});
	};
	const curve = pass(readAndLearn, keys.slice(1), steps);
	// The first window is read without a state.
	const [, ...fresh] = pass(read, keys.slice(2), 101);
	const bits = fresh.reduce((sum, each) => sum + each, 0) / fresh.length;
	return { curve, bits, written: write(reader, start, keys.slice(3), 300) };
}

/** Texts side by side, each character drawn by the probabilities that a reader gives. */
function write(reader: Reader, start: LSTMState, key: Node, length: number): string[] {
	const next = compile((text: Node, before: LSTMState, key: Node) => {
		const { scores, state } = reader.forward(text, before);
		// Where scores plus -log(-log(u)) are largest is drawn by their softmax (Gumbel 1954).
		const noise = uniform(key, scores.shape).log().neg().log().neg();
		return { text: scores.add(noise).argmax(-1), state };
	});
	const keys = splitKey(key, length);
	const streams = start.hidden.shape[1] ?? 0;
	const written = Array.from({ length: streams }, () => '');
	// Each begins after a space, which is the first of the characters.
	let at = { text: zeros([streams, 1], { dtype: 'i32' }), state: start };
	for (let i = 0; i < length; i++) {
		at = next(at.text, at.state, keys.slice(i));
		for (const [stream, index] of at.text.data().entries())
			written[stream] += characters[index] ?? '';
	}
	return written;
}

/** The share of the whole sentences of some texts, but the first of each, that are sentences of the grammar. */
export function shareOfGrammar(written: readonly string[]): number {
	// The first begins from a state that no training text leaves.
	const whole = written.flatMap((text) => text.split('. ').slice(1, -1));
	return whole.filter((each) => sentences.includes(`${each}. `)).length / whole.length;
}

/** What is to be said of it; throws if the net has not learnt the grammar. */
export function verdict({ bits, written }: Learnt): string {
	// A reader that forgets the subject at the next noun loses one bit at the verb of every second sentence. A sentence has
	// 7.5 in all: that reader would be at 1.067 times the entropy.
	if (!(bits < 1.05 * entropyRate))
		throw new Error(
			`characterLstm: ${bits} bits for a character; must be below 1.05 times the entropy of the grammar, ${entropyRate}`,
		);
	// A writer that forgets it is wrong in every fourth.
	const share = shareOfGrammar(written);
	if (!(share > 0.9))
		throw new Error(
			`characterLstm: a share ${share} of the sentences written is of the grammar; must be above 0.9`,
		);
	return `${bits.toFixed(3)} bits for a character, of which the grammar has ${entropyRate.toFixed(3)}; it writes: ${written[0]?.slice(0, 100)}`;
}

if (process.argv[1] === import.meta.filename) {
	const line = new ProgressLine(process.stderr);
	const tell = (text: () => string): void => line.update(text);
	const learnt = learn({ ...whole, tell });
	line.clear();
	console.log(verdict(learnt));
}
