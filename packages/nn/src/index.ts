export * from './data/index.ts';
export * from './initializers/index.ts';
export * from './layers/index.ts';
export * from './losses/index.ts';
export * from './modules/index.ts';
export * from './optimizers/index.ts';
export * from './training/index.ts';
