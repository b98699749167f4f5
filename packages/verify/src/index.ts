import { endOfPackage } from '@pullback/core/arguments';

export type { NonFinite } from '@pullback/core/nonFinite';
export { agree, type Tolerance } from './agree.ts';
export {
	broadcastableShapes,
	cotangents,
	distinctTensors,
	integerTensors,
	labels,
	type ShapeConstraints,
	shapes,
	tensors,
	vectors,
} from './arbitraries.ts';
export { Blame, blame } from './blame.ts';
export { type AdjointReport, checkAdjoint } from './checkAdjoint.ts';
export { type CheckedMode, type CheckOptions, checkGradients } from './checkGradients.ts';
export { checkTaylor, type TaylorReport } from './checkTaylor.ts';
export { awayFrom, type Domain, nonzero, positive, real } from './domain.ts';
export { type EngineLaw, type EngineLawsOptions, engineLaws } from './engineLaws.ts';
export { findNaN } from './findNaN.ts';
export { bitDifference, difference, outcomeOf, type Runnable } from './generated/agreement.ts';
export { histories, VariableHistory } from './generated/histories.ts';
export { type HostileConstraints, hostilePrograms } from './generated/hostile.ts';
export { type ModelConstraints, models } from './generated/models.ts';
export { GeneratedProgram, type Result } from './generated/program.ts';
export { gradientProperty, type PropertyOptions } from './gradientProperty.ts';
export {
	type NumericalOptions,
	numericalGradient,
	type TensorFunction,
} from './numericalGradient.ts';
export { parameterValues, withParameters } from './parameters.ts';
export { type ProgramConstraints, programs, RandomProgram } from './programs.ts';
export { GradientReport, type GradientVerdict } from './report.ts';
export { specialTensors } from './specials.ts';

endOfPackage();
