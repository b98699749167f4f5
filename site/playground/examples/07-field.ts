// The way down
// Against the gradient a function falls fastest: arrows everywhere, and the path of gradient descent.
import { grad, type Node, tensor } from '@pullback/core';
import { drawGradientField } from '@pullback/pictures';

const f = (x: Node, y: Node) => x.square().add(y.square().mul(3)).add(x.mul(y));

let [x, y] = [tensor(-1.8), tensor(1.5)];
const path: [x: number, y: number][] = [[x.item(), y.item()]];
for (let step = 0; step < 25; step++) {
	const [byX, byY] = grad(f(x, y), [x, y]);
	[x, y] = [x.sub(byX.mul(0.1)).detach(), y.sub(byY.mul(0.1)).detach()];
	path.push([x.item(), y.item()]);
}

console.log(await drawGradientField(f, { x: [-2, 2], y: [-2, 2], paths: { descent: path } }));
console.log('ends at', path.at(-1));
