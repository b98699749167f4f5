export type { CharacterSet } from './canvas.ts';
export { type TerminalCurveOptions, terminalCurves } from './terminalCurves.ts';
export { type TerminalImageOptions, terminalImage } from './terminalImage.ts';
