export * from './png/index.ts';
export { type TerminalImageOptions, terminalImage } from './terminal/terminalImage.ts';
