/** Messages between threads: copied as the platform copies them, and told apart by what is in them. */
import { deserialize, serialize } from "node:v8"
import type { Makers } from "../platform/constructors.js"
import { isShared, untold } from "../platform/constructors.js"
import { makeChannel } from "../platform/ports.js"
import type { ModelPort } from "../platform/ports.js"
import { targetOf } from "../platform/targets.js"

/** What stands in a message for shared memory. */
const NAME = "@outlive/explore shared memory"
interface Named {
  readonly [NAME]: { readonly shared: number; readonly type?: string; readonly at?: number; readonly length?: number }
}

interface Channel {
  readonly port1: ModelPort
  readonly port2: ModelPort
}

export class Messages {
  /** Shared memory that was sent: it is not copied. */
  private readonly shared: SharedArrayBuffer[] = []
  private readonly numbers = new Map<string, number>()
  private readonly contents: Buffer[] = []
  private readonly channels = new Map<string, Channel>()

  /** The number of a message with this content. @throws DataCloneError if it cannot be copied */
  numberOf(message: unknown): number {
    const content = serialize(map(message, (value) => this.named(value)))
    const key = content.toString("latin1")
    const number = this.numbers.get(key) ?? this.contents.push(content) - 1
    this.numbers.set(key, number)
    return number
  }

  /** A copy of its own for each who receives it, with views that are seen. */
  copyOf(number: number, { view }: Makers): unknown {
    return map(deserialize(this.contents[number]!), (value) => {
      const named = (value as Named | null)?.[NAME]
      if (named === undefined) return undefined
      const buffer = this.shared[named.shared]!
      if (named.type === undefined) return buffer
      const type = (globalThis as unknown as Record<string, Int32ArrayConstructor>)[named.type]!
      return untold(() => view(new type(buffer, named.at, named.length)))
    })
  }

  /** Shared memory, and views of it, by where they are: they are not copied. */
  private named(value: unknown): Named | undefined {
    const view = targetOf(value)
    if (ArrayBuffer.isView(view)) {
      if (!isShared(view.buffer)) return undefined
      const type = (view as { readonly [Symbol.toStringTag]?: string })[Symbol.toStringTag] ?? "DataView"
      const length = (view as { readonly length?: number }).length ?? view.byteLength
      return {
        [NAME]: { shared: this.numberOfShared(view.buffer as SharedArrayBuffer), type, at: view.byteOffset, length },
      }
    }
    if (typeof value !== "object" || value === null || !isShared(value as ArrayBufferLike)) return undefined
    return { [NAME]: { shared: this.numberOfShared(value as SharedArrayBuffer) } }
  }

  private numberOfShared(buffer: SharedArrayBuffer): number {
    const known = this.shared.indexOf(buffer)
    return known < 0 ? this.shared.push(buffer) - 1 : known
  }

  /** The channel that somebody makes, or made in an earlier run: the how manieth of theirs it is. */
  channel(maker: string): Channel {
    const known = this.channels.get(maker)
    if (known !== undefined) return known
    const first = this.channels.size * 2
    const made = makeChannel([first, first + 1])
    this.channels.set(maker, made)
    return made
  }
}

/** Of arrays and plain objects, the same with other things in them; `change` gives undefined for what stays. */
function map(value: unknown, change: (value: unknown) => unknown): unknown {
  const changed = change(value)
  if (changed !== undefined) return changed
  if (Array.isArray(value)) return value.map((one) => map(one, change))
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, map(one, change)]))
}
