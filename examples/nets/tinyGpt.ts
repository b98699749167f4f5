// A small transformer of the kind of GPT learns to add: after `12+34=` it writes the digits of the sum, units first, so that
// each is made of what stands before it. Radford et al., "Improving language understanding by generative pre-training"
// (2018); the order of digits is that of Lee et al., "Teaching arithmetic to small transformers" (2023).
import { compile, type Node, randomKey, splitKey, tensor } from '@pullback/core';
import {
	Adam,
	Affine,
	cosineSchedule,
	dataset,
	Embedding,
	type KeyValueCache,
	LayerNorm,
	LearnedPositions,
	type Mode,
	Module,
	softmaxCrossEntropy,
	TransformerEncoderLayer,
} from '@pullback/nn';
import { ProgressLine } from '@pullback/nn/progress';

const characters = '0123456789+=';
/** The characters of a question, `12+34=`, and of its answer, `640`. */
const [question, answer] = [6, 3];

/** `12+34=640`: the sum is 046, written from its end. */
function sumOf(a: number, b: number): string {
	const digits = (x: number, count: number): string => String(x).padStart(count, '0');
	return `${digits(a, 2)}+${digits(b, 2)}=${[...digits(a + b, answer)].reverse().join('')}`;
}

/** Texts of one length as i32 indices of characters, [texts, characters]. */
function encoded(texts: readonly string[]): Node {
	const indices = texts.map((text) => Array.from(text, (each) => characters.indexOf(each)));
	return tensor(indices, { dtype: 'i32' });
}

/** Causal layers, normalised first, between an embedding with positions and the scores of the next character. */
class Gpt extends Module<[text: Node, mode?: Mode]> {
	readonly embedding: Embedding;
	readonly positions: LearnedPositions;
	readonly layers: readonly TransformerEncoderLayer[];
	readonly norm: LayerNorm;
	readonly head: Affine;

	constructor(key: Node, width: number, layers: number) {
		super();
		const keys = splitKey(key, layers + 3);
		const count = characters.length;
		this.embedding = new Embedding({ count, width, key: keys.slice(0) });
		this.positions = new LearnedPositions({ tokens: question + answer, width, key: keys.slice(1) });
		this.layers = Array.from(
			{ length: layers },
			(_, i) =>
				new TransformerEncoderLayer({
					width,
					heads: 4,
					feedForward: 2 * width,
					normFirst: true,
					key: keys.slice(i + 3),
				}),
		);
		this.norm = new LayerNorm({ shape: width });
		this.head = new Affine({ inputs: width, outputs: count, key: keys.slice(2) });
	}

	override forward(text: Node, mode?: Mode): Node {
		let x = this.positions.forward(this.embedding.forward(text));
		for (const layer of this.layers) x = layer.forward(x, mode, { causal: true });
		return this.head.forward(this.norm.forward(x));
	}

	emptyCaches(texts: number): KeyValueCache[] {
		return this.layers.map((layer) => layer.emptyCache([texts], question + answer));
	}

	/** The scores after further characters of texts [texts, characters], and the caches with them. */
	next(text: Node, caches: readonly KeyValueCache[]): { scores: Node; caches: KeyValueCache[] } {
		const offset = caches[0]?.length ?? 0;
		let x = this.positions.forward(this.embedding.forward(text), 'evaluate', { offset });
		const longer = this.layers.map((layer, i) => {
			const { outputs, cache } = layer.forwardCached(x, caches[i] as KeyValueCache); // one for each
			x = outputs;
			return cache;
		});
		return { scores: this.head.forward(this.norm.forward(x)), caches: longer };
	}
}

/** How a net is made and trained. */
export interface Settings {
	readonly steps: number;
	readonly seed: number;
	readonly width: number;
	readonly layers: number;
	/** The number of sums that a step reads. */
	readonly size: number;
	/** Is told how far training is. */
	readonly tell?: (text: () => string) => void;
}

/** Those of the whole training. */
export const whole: Settings = { steps: 700, seed: 0, width: 48, layers: 2, size: 100 };

/** What a net has learnt. */
export interface Learnt {
	/** The loss of each step, before it, in nats for a digit of the answer. */
	readonly curve: readonly number[];
	/** Sums that training did not see, a tenth of all, and what the net writes for their questions. */
	readonly answers: readonly { readonly sum: string; readonly written: string }[];
}

/** Trains on nine tenths of the sums of two numbers below 100, and asks for the others. */
export function learn({ steps, seed, width, layers, size, tell }: Settings): Learnt {
	const keys = splitKey(randomKey(seed), 3);
	const sums = Array.from({ length: 100 ** 2 }, (_, i) => sumOf(Math.floor(i / 100), i % 100));
	const [train, test] = dataset(sums).split([9, 1], { key: keys.slice(0) });
	const gpt = new Gpt(keys.slice(1), width, layers);
	const optimizer = new Adam(gpt.parameters(), {
		learningRate: cosineSchedule(0.005, { steps }),
	});
	const step = compile((text: Node) => {
		const scores = gpt.forward(text.slice(null, [0, -1]), 'train');
		// The digits of the question are drawn by chance: there is nothing to learn of them.
		const loss = softmaxCrossEntropy(scores.slice(null, [-answer]), text.slice(null, [-answer]));
		optimizer.minimize(loss);
		return loss;
	});
	const batches = train.batches({ size, shuffle: true, key: keys.slice(2), dropLast: true });
	const curve: number[] = [];
	while (curve.length < steps)
		for (const batch of batches) {
			curve.push(step(encoded(batch)).item());
			tell?.(
				() => `step ${curve.length} of ${steps}: ${curve.at(-1)?.toFixed(4)} nats for a digit`,
			);
			if (curve.length === steps) break;
		}
	const asked = [...test];
	const written = answersOf(
		gpt,
		asked.map((sum) => sum.slice(0, question)),
	);
	return { curve, answers: asked.map((sum, i) => ({ sum, written: written[i] ?? '' })) };
}

/** Questions with what a net writes after each: the likeliest digit, one after another, each read once. */
function answersOf(gpt: Gpt, questions: readonly string[]): string[] {
	const next = compile((text: Node, caches: readonly KeyValueCache[]) => {
		const read = gpt.next(text, caches);
		return { text: read.scores.slice(null, [-1]).argmax(-1), caches: read.caches };
	});
	let at = next(encoded(questions), gpt.emptyCaches(questions.length));
	const digits = [at.text];
	while (digits.length < answer) {
		at = next(at.text, at.caches);
		digits.push(at.text);
	}
	return questions.map((asked, i) =>
		digits.reduce((text, digit) => text + characters[digit.data()[i] ?? 0], asked),
	);
}

/** The share of the sums that were written right, every digit of them. */
export function shareRight({ answers }: Learnt): number {
	return answers.filter(({ sum, written }) => sum === written).length / answers.length;
}

/** What is to be said of it; throws if the net has not learnt to add. */
export function verdict(learnt: Learnt): string {
	// Who adds digit by digit, and forgets to carry, is right for the 55 of 100 pairs of units whose sum is below 10.
	const share = shareRight(learnt);
	if (!(share > 0.95))
		throw new Error(
			`tinyGpt: a share ${share} of the sums that were not seen is right; must be above 0.95`,
		);
	const shown = learnt.answers.slice(0, 5).map(({ written }) => written);
	return `${(100 * share).toFixed(1)} % of ${learnt.answers.length} sums that were not seen are right: ${shown.join(' ')}`;
}

if (process.argv[1] === import.meta.filename) {
	const line = new ProgressLine(process.stderr);
	const tell = (text: () => string): void => line.update(text);
	const learnt = learn({ ...whole, tell });
	line.clear();
	console.log(verdict(learnt));
}
