/** The search for what is not finite that compiled functions make, for packages that build on it. */
export { findNonFinite, type NonFinite, type NonFiniteOptions } from './graph/nonFinite.ts';
