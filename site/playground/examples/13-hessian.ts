// A Hessian
// All second derivatives of Rosenbrock's function, in one matrix; Newton's steps by it reach the valley's end.
import { grad, hessian, type Node, tensor } from '@pullback/core';

const rosenbrock = (p: Node) => {
	const [x, y] = [p.slice(0), p.slice(1)];
	return y.sub(x.square()).square().mul(100).add(x.neg().add(1).square());
};

let p = tensor([-1.2, 1], { dtype: 'f64' });
for (let step = 0; step < 7; step++) {
	const y = rosenbrock(p);
	const [g] = grad(y, [p]);
	const h = hessian(y, p);
	if (step === 0) console.log('Hessian', h.toArray());
	console.log('p', p.toArray(), 'y', y.item());
	// The inverse of a matrix of two rows.
	const [a, b, c, d] = h.data() as Float64Array;
	const inverse = tensor([
		[d ?? 0, -(b ?? 0)],
		[-(c ?? 0), a ?? 0],
	])
		.cast('f64')
		.div((a ?? 0) * (d ?? 0) - (b ?? 0) * (c ?? 0));
	p = p.sub(inverse.matmul(g)).detach();
}
console.log('ends at', p.toArray());
