/** What the threads of a race over schedulers share. */
import { type ModuleDefinition, type SharedObjectToken, defineModule } from "@outlive/core"

export interface Scheduled {
  /** One for each thread of hardware. */
  readonly schedulers: readonly { readonly thread: number; readonly token: SharedObjectToken }[]
}

export const gpu: ModuleDefinition = defineModule({ name: "gpu", driverName: "gpu" })
