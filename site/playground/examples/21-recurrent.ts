// A recurrent net counts
// A GRU reads six bits, one at a time, and learns whether the ones among them are odd in number.
import { bernoulli, compile, type Node, randomKey, splitKey } from '@pullback/core';
import { Adam, Affine, binaryCrossEntropyWithLogits, GRU } from '@pullback/nn';

const keys = splitKey(randomKey(5), 3);
const bits = bernoulli(keys.slice(0), [128, 6, 1]).cast('f32').detach();
const odd = bits.sum(1).mod(2).detach();

const rnn = new GRU({ inputs: 1, hidden: 12, key: keys.slice(1) });
const read = new Affine({ inputs: 12, outputs: 1, key: keys.slice(2) });
const scoresOf = (x: Node) => read.forward(rnn.forward(x).outputs.slice(null, -1));
const optimizer = new Adam([...rnn.parameters(), ...read.parameters()], { learningRate: 0.02 });
const step = compile((x: Node, t: Node) => {
	const loss = binaryCrossEntropyWithLogits(scoresOf(x), t);
	optimizer.minimize(loss);
	return loss;
});

for (let i = 0; i <= 250; i++) {
	const loss = step(bits, odd);
	if (i % 50 === 0) console.log(`step ${i}: loss ${loss.item().toFixed(4)}`);
}
const right = scoresOf(bits).greater(0).equal(odd.greater(0.5)).cast('f32').mean();
console.log('right', right.item());
