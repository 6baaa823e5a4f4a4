/** How a primitive is misused. */
import { OutliveError } from "@outlive/core/worker"
import { type Seat, holderOf, hostOops, ownThreadOops } from "@outlive/core/building"
import type { SyncHandle } from "./sync-handle.js"
import { NO, WORD } from "./words.js"

/** Misuse of a guard or a count. Codes: HELD (the guard holds already, or waits), NOT_HELD, OVERFLOW. */
export class SyncError extends OutliveError {
  override readonly name: string = "SyncError"
}

/** A function that updates a cell replaces the value itself each time that it is called, so its own result is always late. */
export function endlessUpdate({ name }: Seat, cell: number): Error {
  const message = `Thread "${name}" would update cell 0x${cell.toString(16)} for ever: the function itself replaces the value`
  return hostOops(name, "SELF_DEADLOCK", message, cell)
}

/** A thread is about to sleep for what it has itself, or another seat of the same JavaScript thread has. @throws OopsError SELF_DEADLOCK */
export function assertAnswered(handle: SyncHandle, address: number, what: string): void {
  const { thread } = handle
  const holder = holderOf(thread.words, thread.engine.readCell(address + WORD))
  if (typeof holder === "string") return
  if (holder.record !== thread.record)
    throw ownThreadOops(thread.name, holder.name, `${what} 0x${address.toString(16)}`, address)
  const why =
    handle.local.writing === NO
      ? "which it has itself: give it back first, or, where another of its tasks does that, await it"
      : "which its own promise to write has while it waits for readers: await instead of sleeping"
  const message = `Thread "${thread.name}" would sleep for ${what} 0x${address.toString(16)}, ${why}`
  throw hostOops(thread.name, "SELF_DEADLOCK", message, address)
}
