/**
 * Shared memory that code makes for itself: nobody would see its steps, and a wait on it would be a real one. While code of
 * the model runs, the constructors of such memory tell.
 */

type Told = (what: string) => void

type AnyConstructor = new (...parameters: never[]) => object

const PlatformsBuffer = globalThis.SharedArrayBuffer
/** Missing where nothing may be compiled. */
const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly?: { Memory: AnyConstructor } }
const PlatformsMemory = wasm?.Memory

export class OwnMemory {
  readonly #buffer: SharedArrayBufferConstructor
  readonly #memory: AnyConstructor | undefined

  constructor(told: Told) {
    this.#buffer = new Proxy(PlatformsBuffer, {
      construct(target, parameters: [number], as) {
        told(`makes a SharedArrayBuffer of ${String(parameters[0])} bytes`)
        return Reflect.construct(target, parameters, as) as object
      },
    })
    this.#memory =
      PlatformsMemory &&
      new Proxy(PlatformsMemory, {
        construct(target, parameters: [{ readonly shared?: boolean }?], as) {
          if (parameters[0]?.shared === true) told("makes a shared WebAssembly.Memory")
          return Reflect.construct(target, parameters, as) as object
        },
      })
  }

  watch(): void {
    globalThis.SharedArrayBuffer = this.#buffer
    if (wasm && this.#memory) wasm.Memory = this.#memory
  }

  unwatch(): void {
    globalThis.SharedArrayBuffer = PlatformsBuffer
    if (wasm && PlatformsMemory) wasm.Memory = PlatformsMemory
  }
}

/** The memory of a view, if it is not this one. */
export function foreignMemory(view: unknown, memory: SharedArrayBuffer): ArrayBufferLike | undefined {
  if (!ArrayBuffer.isView(view) || view.buffer === (memory as ArrayBufferLike)) return undefined
  return view.buffer
}

/** Also of another realm. */
export function isShared(buffer: ArrayBufferLike): boolean {
  return (buffer as { readonly [Symbol.toStringTag]: string })[Symbol.toStringTag] === "SharedArrayBuffer"
}
