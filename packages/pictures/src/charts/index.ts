export type { Curve, Curves } from './curve.ts';
export { type ConfusionMatrixOptions, drawConfusionMatrix } from './drawConfusionMatrix.ts';
export { type ContourOptions, drawContours } from './drawContours.ts';
export {
	type CurveOptions,
	type CurvePanels,
	type CurvePanelsOptions,
	drawCurvePanels,
	drawCurves,
} from './drawCurves.ts';
export { drawErrors, type ErrorOptions } from './drawErrors.ts';
export { drawFilters, type FilterOptions } from './drawFilters.ts';
export { drawFunctions, type FunctionOptions } from './drawFunctions.ts';
export { drawGradientField, type GradientFieldOptions } from './drawGradientField.ts';
export { drawGrid, type GridOptions } from './drawGrid.ts';
export { drawHistograms } from './drawHistograms.ts';
export { drawImages, type ImagesOptions } from './drawImages.ts';
export { drawLayers, type LayerOptions } from './drawLayers.ts';
export { drawPoints, type PointsOptions } from './drawPoints.ts';
export type { HistogramOptions } from './histogramOptions.ts';
export type { PictureOptions } from './options.ts';
export type { Paths, PlaneFunction } from './plane.ts';
export type { Scale } from './ticks.ts';
