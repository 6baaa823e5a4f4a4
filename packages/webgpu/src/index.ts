/** Fences for what a GPU does, on the engine of `@outlive/core`. */
/// <reference lib="esnext.disposable" preserve="true" />
export { GpuErrno } from "./errno.js"
export type { GpuDevice, GpuError, GpuErrorFilter, GpuLoss, GpuQueue } from "./gpu-device.js"
export { GpuTimeline, type GpuTimelineOptions, webgpu } from "./gpu-timeline.js"
export type { OnError } from "./scopes.js"
