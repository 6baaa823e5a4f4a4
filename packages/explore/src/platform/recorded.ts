/** Shared memory that libraries make while they are imported: known from then on, with what it holds after the import. */
import { unwatch, watch } from "./constructors.js"
import { captureAt } from "./sites.js"
import { seen } from "./views.js"

export interface Recorded {
  readonly buffer: SharedArrayBuffer
  readonly place: string
}

const RECORDED: Recorded[] = []
const FIRST_CONTENTS = new WeakMap<SharedArrayBuffer, Uint8Array>()

/** All that was recorded, as it was. */
export function recorded(): readonly Recorded[] {
  for (const { buffer } of RECORDED) restore(buffer)
  return RECORDED
}

/** What is older than an exploration begins each one as it began the first. */
export function restore(buffer: SharedArrayBuffer): void {
  const first = FIRST_CONTENTS.get(buffer)
  if (first === undefined) FIRST_CONTENTS.set(buffer, new Uint8Array(buffer).slice())
  else new Uint8Array(buffer).set(first)
}

/** Views that are made meanwhile are seen for ever. */
export async function whileRecording<T>(importing: () => Promise<T>): Promise<T> {
  const before = RECORDED.length
  const record = <M>(made: M, buffer: SharedArrayBuffer) => {
    RECORDED.push({ buffer, place: captureAt() })
    return made
  }
  watch(
    {
      buffer: (_, make) => {
        const buffer = make()
        return record(buffer, buffer)
      },
      memory: (_, make) => {
        const memory = make()
        return record(memory, memory.buffer)
      },
      view: (view) => (RECORDED.some(({ buffer }) => buffer === view.buffer) ? seen(view) : view),
    },
    true,
  )
  try {
    return await importing()
  } finally {
    unwatch()
    for (const { buffer } of RECORDED.slice(before)) restore(buffer)
  }
}
