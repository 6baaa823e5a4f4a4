/** A device whose work is done when a test says so. It keeps to the specification: lost first, then what was waited for. */
import type { GpuDevice, GpuError, GpuErrorFilter, GpuLoss } from "@outlive/webgpu"

/** What a test submits: what becomes of it. */
export interface Command {
  readonly fails?: GpuErrorFilter
}

interface Waiting {
  resolve(value: undefined): void
  reject(error: Error): void
}

export class FakeGpu implements GpuDevice<Command> {
  readonly submitted: Command[] = []
  readonly lost: Promise<GpuLoss>
  /** Scopes that are open, innermost last, each with what it has caught. */
  readonly scopes: { readonly filter: GpuErrorFilter; error: GpuError | null }[] = []
  #lose!: (loss: GpuLoss) => void
  #waiting: Waiting[] = []

  constructor() {
    this.lost = new Promise((resolve) => void (this.#lose = resolve))
  }

  readonly queue = {
    submit: (commands: Iterable<Command>): undefined => {
      for (const command of commands) {
        if (typeof command !== "object") throw new TypeError("parameter 1 is not of type 'GPUCommandBuffer'")
        this.submitted.push(command)
        const scope = this.scopes.findLast(({ filter }) => filter === command.fails)
        if (scope) scope.error ??= { message: `a command is bad: ${command.fails}` }
      }
    },
    onSubmittedWorkDone: () =>
      new Promise<undefined>((resolve, reject) => void this.#waiting.push({ resolve, reject })),
  }

  pushErrorScope(filter: GpuErrorFilter): undefined {
    this.scopes.push({ filter, error: null })
  }

  popErrorScope(): Promise<GpuError | null> {
    return Promise.resolve(this.scopes.pop()!.error)
  }

  /** The GPU has done so much more of what is waited for. */
  async finish(count = this.#waiting.length): Promise<void> {
    for (const { resolve } of this.#waiting.splice(0, count)) resolve(undefined)
    await settled()
  }

  /** Of those that are waited for, the last is answered first: as no queue does. */
  async finishLast(): Promise<void> {
    this.#waiting.pop()!.resolve(undefined)
    await settled()
  }

  /** It cannot say when its work is done. */
  async fail(): Promise<void> {
    for (const { reject } of this.#waiting.splice(0)) reject(new Error("no idea"))
    await settled()
  }

  /** The device is gone. In the same turn, whoever waits for its work is told that it is done. */
  async lose(reason: string, { lostFirst = true } = {}): Promise<void> {
    const tell = () => this.#lose({ reason, message: "as a test wishes" })
    if (lostFirst) tell()
    for (const { resolve } of this.#waiting.splice(0)) resolve(undefined)
    if (!lostFirst) tell()
    await settled()
  }
}

/** Every promise that can go on has gone on. */
export const settled = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 0))
