// A first gradient
// The slope of x tanh x at 2, and the slope of that slope: gradients are Nodes, too.
import { grad, tensor } from '@pullback/core';

const x = tensor(2, { dtype: 'f64' });
const y = x.mul(x.tanh());
const [slope] = grad(y, [x]);
const [curvature] = grad(slope, [x]);

console.log('y', y.item());
console.log('slope', slope.item());
console.log('curvature', curvature.item());
