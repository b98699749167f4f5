import {
	type CheckedPicture,
	checkedPicture,
	checkedSize,
	checkedText,
	type PictureOptions,
	pictureOptions,
} from './options.ts';
import { checkedRegion, type Paths, type Region } from './plane.ts';
import { type Axis, axisOf } from './ticks.ts';

/** Options of all pictures of the plane. */
export interface PlaneOptions extends PictureOptions {
	/** The ends of the horizontal axis; around what is drawn in the plane, or -1 and 1, if left out. */
	readonly x?: readonly [low: number, high: number];
	/** The ends of the vertical axis. */
	readonly y?: readonly [low: number, high: number];
	/** 'x' if left out. */
	readonly xLabel?: string;
	/** 'y' if left out. */
	readonly yLabel?: string;
	/** The width of the frame in pixels; what fits the picture if left out. */
	readonly width?: number;
	/** Its height. */
	readonly height?: number;
}

/** The names of the options of all pictures of the plane. */
export const planeOptions: readonly [
	...typeof pictureOptions,
	'x',
	'y',
	'xLabel',
	'yLabel',
	'width',
	'height',
] = [...pictureOptions, 'x', 'y', 'xLabel', 'yLabel', 'width', 'height'];

/** A part of the plane, and the frame in which it is drawn. */
export interface CheckedPlane extends CheckedPicture {
	readonly region: Region;
	readonly width: number;
	readonly height: number;
	readonly xAxis: Axis;
	readonly yAxis: Axis;
}

/** Checks the options of a picture of the plane; `drawn` is what its ends are around, if it has none. */
export function checkedPlane(
	operation: string,
	given: PlaneOptions,
	drawn: Paths | undefined,
	usual: { readonly width: number; readonly height: number },
): CheckedPlane {
	const region = checkedRegion(operation, given, drawn);
	const width = checkedSize(operation, 'width', given.width, usual.width, 50);
	const height = checkedSize(operation, 'height', given.height, usual.height, 50);
	return {
		...checkedPicture(operation, given),
		region,
		width,
		height,
		xAxis: axisOf(region.x, {
			count: Math.max(2, Math.round(width / 65)),
			label: checkedText(operation, 'xLabel', given.xLabel, 'x'),
			isTight: true,
		}),
		yAxis: axisOf(region.y, {
			count: Math.max(2, Math.round(height / 45)),
			label: checkedText(operation, 'yLabel', given.yLabel, 'y'),
			isTight: true,
		}),
	};
}
