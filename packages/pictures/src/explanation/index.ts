export { describeGraph, type NodeDescription, type RuleDescription } from './describeGraph.ts';
export { type ExplanationOptions, explainGradient } from './explainGradient.ts';
export type { ExplanationPictureOptions, GradientExplanation } from './explanation.ts';
export type { GradientStep, Value } from './steps.ts';
