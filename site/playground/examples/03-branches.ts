// Where paths meet, gradients add
// One value is used three times, so its gradient is the sum of what three branches bring back.
import { grad, tensor } from '@pullback/core';

const x = tensor(0.5, { dtype: 'f64' });
const shared = x.square();
const y = shared.sin().add(shared.exp()).mul(shared);
const [gradient] = grad(y, [x]);

console.log('y', y.item());
console.log('by the chain rule', gradient.item());

const f = (a: number) => (Math.sin(a * a) + Math.exp(a * a)) * a * a;
console.log('by differences', (f(0.5 + 1e-6) - f(0.5 - 1e-6)) / 2e-6);
