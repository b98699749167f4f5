// Newton's method
// A step needs the slope and the slope of the slope; seven steps find where a function is least, to all digits.
import { grad, type Node, tensor } from '@pullback/core';

const f = (x: Node) => x.square().sub(x.mul(3).cos().mul(2)).add(x);

let x = tensor(0.3, { dtype: 'f64' });
for (let step = 0; step < 7; step++) {
	const [slope] = grad(f(x), [x]);
	const [curvature] = grad(slope, [x]);
	console.log(`x ${x.item().toFixed(12)}  slope ${slope.item().toExponential(2)}`);
	x = x.sub(slope.div(curvature)).detach();
}
const least = f(x);
console.log('f', least.item());
