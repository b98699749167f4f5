import { endOfPackage } from '@pullback/core/arguments';

export * from './charts/index.ts';
export * from './explanation/index.ts';
export * from './graph/index.ts';
export * from './png/index.ts';
export * from './terminal/index.ts';
export type { Theme } from './theme.ts';

endOfPackage();
