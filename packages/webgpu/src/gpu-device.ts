/**
 * What is needed of WebGPU, and no more: a `GPUDevice` fits, whatever types a program has for it, and so does a stand-in.
 * Names and meanings are those of the WebGPU specification.
 */

/** Errors that a scope of the device catches. */
export type GpuErrorFilter = "validation" | "out-of-memory" | "internal"

/** A `GPUError`. */
export interface GpuError {
  readonly message: string
}

/** A `GPUDeviceLostInfo`. */
export interface GpuLoss {
  /** "destroyed" after `device.destroy()`; "unknown" for everything else: the driver was reset, the browser gave the GPU to others. */
  readonly reason: string
  readonly message: string
}

/** A `GPUQueue`, whose command buffers are `Commands`. */
export interface GpuQueue<Commands> {
  submit(commands: Iterable<Commands>): void
  /** Resolves when everything submitted so far is done; also when the device is lost meanwhile, and with it the work. */
  onSubmittedWorkDone(): Promise<unknown>
}

/** A `GPUDevice`. */
export interface GpuDevice<Commands> {
  readonly queue: GpuQueue<Commands>
  readonly lost: Promise<GpuLoss>
  pushErrorScope(filter: GpuErrorFilter): void
  popErrorScope(): Promise<GpuError | null>
}
