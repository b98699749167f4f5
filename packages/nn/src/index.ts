import { endOfPackage } from '@pullback/core/arguments';

export * from './data/index.ts';
export * from './initializers/index.ts';
export * from './layers/index.ts';
export * from './losses/index.ts';
export * from './metrics/index.ts';
export * from './modules/index.ts';
export * from './optimizers/index.ts';
export * from './options/index.ts';
export * from './schedules/index.ts';
export * from './torch/index.ts';
export * from './training/index.ts';

endOfPackage();
