// An operation of your own
// log(1 + exp(x)) overflows in its parts; a custom operation has a value and a derivative that do not.
import { custom, grad, type Node, tensor } from '@pullback/core';
import { checkGradients } from '@pullback/verify';

const naive = (x: Node) => x.exp().add(1).log();
const softplus = custom({
	forward: (x) => x.maximum(0).add(x.abs().neg().exp().log1p()),
	vjp: (gradient, [x]) => [gradient.mul((x as Node).sigmoid())],
});

const x = tensor([-200, 0, 200, 1000], { dtype: 'f64' });
console.log('naive', naive(x).toArray(), grad(naive(x).sum(), [x])[0].toArray());
console.log('custom', softplus(x).toArray(), grad(softplus(x).sum(), [x])[0].toArray());
console.log(String(checkGradients(softplus, [[-3, 0.5, 2]])));
