export * from './png/index.ts';
