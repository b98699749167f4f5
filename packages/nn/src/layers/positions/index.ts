export { LearnedPositions, type LearnedPositionsOptions } from './learned.ts';
export type { PositionInputs } from './positions.ts';
export { RotaryPositions } from './rotary.ts';
export { SinusoidalPositions } from './sinusoidal.ts';
export type { WaveOptions } from './waves.ts';
