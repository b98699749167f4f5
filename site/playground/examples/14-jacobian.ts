// Forward and reverse
// One Jacobian by both modes: pushed forward a column at a time, pulled back a row at a time.
import { jacobian, jvp, stack, tensor, vjp } from '@pullback/core';

const x = tensor([1, 2], { dtype: 'f64' });
const [a, b] = [x.slice(0), x.slice(1)];
const y = stack([a.mul(b), a.exp(), b.sin()]);

console.log('Jacobian', jacobian(y, x).toArray());
console.log('its first column', jvp(y, [x], [tensor([1, 0], { dtype: 'f64' })]).toArray());
const [row] = vjp(y, tensor([0, 0, 1], { dtype: 'f64' }), [x]);
console.log('its last row', row.toArray());
