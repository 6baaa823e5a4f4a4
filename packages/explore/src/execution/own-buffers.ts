/**
 * The shared memory that the model's code makes for itself. What a thread makes is made once: when its code runs again, it
 * is given the same, so that others may keep it.
 */
import { isShared, PlatformsBuffer, untold, watchViews } from "../platform/constructors.js"
import type { Makers, WasmMemory } from "../platform/constructors.js"
import type { Memory } from "./memory.js"
import { recorded, restore } from "../platform/recorded.js"
import { captureAt } from "../platform/sites.js"
import { ExploreError } from "../refusal.js"
import { targetOf } from "../platform/targets.js"
import { seen } from "../platform/views.js"
import { refuseUnknown } from "../platform/wasm.js"

/** Who makes what threads are given: no thread. */
export const SETUP = -1

export class OwnBuffers {
  private readonly memory: Memory
  private readonly seesAll: boolean
  private readonly made = new Map<string, SharedArrayBuffer | WasmMemory>()
  /** Of those: all views of them should have been seen when they were made. */
  private readonly madeHere = new WeakSet<ArrayBufferLike>()
  /** Who runs, and how many buffers it has made in this run. */
  private maker = SETUP
  private count = 0

  constructor(memory: Memory, seesAll: boolean) {
    this.memory = memory
    this.seesAll = seesAll
    for (const { buffer, place } of recorded()) memory.adopt(buffer, place)
  }

  /** Whether views are looked at when they are made. */
  get watchesViews(): boolean {
    return this.seesAll || this.memory.own.length > 0
  }

  /** Before the first instruction of a thread, or of SETUP, again. Comes with every run: it makes nothing. */
  rewind(maker: number): void {
    this.maker = maker
    this.count = 0
  }

  readonly makers: Makers = {
    buffer: (bytes, make) => this.once(`${bytes} bytes`, make, (buffer) => buffer),
    memory: (how, make) => this.once(how, make, ({ buffer }) => buffer),
    view: (view) => {
      const buffer = view.buffer as SharedArrayBuffer
      if (buffer === this.memory.shared) return this.seesAll ? seen(view) : view
      if (this.memory.baseOf(buffer) < 0) this.adopt(buffer)
      return seen(view)
    },
  }

  private once<T extends SharedArrayBuffer | WasmMemory>(
    how: string,
    make: () => T,
    of: (made: T) => SharedArrayBuffer,
  ): T {
    const key = `${this.maker} ${this.count++} ${how}`
    const known = this.made.get(key) as T | undefined
    if (known !== undefined) return known
    const made = make()
    if ("grow" in made) Object.defineProperty(made, "grow", { value: (size: number) => this.grow(made, size) })
    this.made.set(key, made)
    this.madeHere.add(of(made))
    // Code that keeps it has it in the next exploration as well.
    restore(of(made))
    this.memory.adopt(of(made), captureAt())
    watchViews()
    return made
  }

  /** Whether it is of this model, and a view of it is none that is seen: some constructor from before has made that. */
  isUnseen(view: unknown): view is ArrayBufferView {
    return ArrayBuffer.isView(view) && targetOf(view) === view && this.isMadeHere(view.buffer)
  }

  isMadeHere(buffer: ArrayBufferLike): boolean {
    return this.madeHere.has(buffer)
  }

  /** A run begins with the buffer as it was, and what has grown cannot be made smaller. */
  private grow(made: SharedArrayBuffer | WasmMemory, size: number): unknown {
    if (!(made instanceof PlatformsBuffer) || this.maker !== SETUP)
      throw new ExploreError(
        "own-memory",
        `Cannot explore the growing of shared memory, but for a SharedArrayBuffer in setup: ${captureAt()} grows it to ${size}`,
      )
    return PlatformsBuffer.prototype.grow.call(made, size)
  }

  /** One that is older than this exploration. */
  adopt(buffer: SharedArrayBuffer): void {
    refuseUnknown(buffer)
    restore(buffer)
    this.memory.adopt(buffer, captureAt())
  }

  /** Where the bytes of a view's buffer lie among all; -1 if it is no shared one. */
  baseOf(view: unknown): number {
    if (!ArrayBuffer.isView(view)) return -1
    const base = this.memory.baseOf(view.buffer)
    if (base >= 0 || !isShared(view.buffer)) return base
    untold(() => this.adopt(view.buffer as SharedArrayBuffer))
    return this.memory.baseOf(view.buffer)
  }
}
