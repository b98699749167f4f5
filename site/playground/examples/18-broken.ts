// Break a derivative
// verify holds the derivative of wave to differences. Change its sign by the button, or in the text, and see it found.
import { custom, type Node, tensor } from '@pullback/core';
import { blame, checkGradients } from '@pullback/verify';

const wave = custom<readonly [Node]>({
	forward: (x) => x.sin().mul(x),
	vjp: (gradient, [x]) => [gradient.mul(x.cos().mul(x).add(x.sin()))], // the derivative
});
const net = (x: Node) => {
	const hidden = x.mul(2).tanh();
	return wave(hidden).exp().sum();
};

const x = tensor([0.3, -1.2], { dtype: 'f64' });
const y = net(x);
console.log('y', y.item());
console.log(String(checkGradients(net, [x])));

const wrong = blame(net, [x]);
console.log(wrong === null ? 'No operation is to blame.' : `To blame: ${wrong}`);
