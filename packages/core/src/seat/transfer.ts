/** Tokens that carry a reference: what is sent is alive when it arrives, whatever became of the sender's handle. */
import { Kind, SharedObject } from "../../built/layout.js"
import { FenceError } from "../errors.js"
import { type Token, checkToken, tokenOf } from "./handle.js"
import type { Seat } from "./seat.js"
import { A_FENCE, type TransferToken, isTransfer } from "./transfer-token.js"

/** What is sent: a handle, which ends. */
interface Sent {
  readonly thread: Seat
  readonly holdable: number
  drop(): void
}

/** Puts a reference on what a handle holds into a parcel, and drops the handle: the parcel's token. @throws FenceError STALE; HeapError FULL, DETACHED: the handle is as it was */
export function transferOf<S extends Sent>(handle: S, kind: string, isFence: boolean): TransferToken<S> {
  const { thread, holdable: address } = handle
  const { engine, heap } = thread
  const type = isFence ? A_FENCE : heap.word(address + SharedObject.type)
  // It takes over the handle's reference, so that a death loses none in between; only then the handle gets one to give back.
  const parcel = thread.make("objects", () => engine.createParcel(thread.record, address, type))
  if (isFence) engine.addRef(address)
  else engine.addObjectRef(address)
  const token: Token = tokenOf({ thread, address: parcel }, kind)
  handle.drop()
  return { ...token, isTransfer: true }
}

/** What such a token carries: its address, and the reference is the caller's. @throws TypeError; FenceError ALREADY_TAKEN, FOREIGN, STALE */
export function takeTransfer(seat: Seat, token: TransferToken, tokenKind: string, what: string, type: number): number {
  const { address, generation } = checkToken(seat, token, tokenKind, what, Kind.Object)
  const undo = (taken: number) =>
    void (taken !== 0 && (type === A_FENCE ? seat.dropFence(taken) : seat.dropObject(taken)))
  const taken = seat.told(seat.ask.takeParcel(seat.record, address, generation, type), undo)
  if (taken === 0) throw alreadyTaken(what)
  return taken
}

/** Takes a transfer back that nobody has taken: true, and what it carried is given up; false when it was taken. @throws TypeError; FenceError FOREIGN, STALE */
export function cancelTransfer(seat: Seat, token: Token): boolean {
  if (!isTransfer(token)) throw new TypeError("Cannot cancel a transfer: what was given does not come from transfer()")
  const { address, generation } = checkToken(seat, token, token.kind, "transfer", Kind.Object)
  return seat.told(seat.ask.cancelParcel(seat.record, address, generation)) === 1
}

function alreadyTaken(what: string): FenceError {
  return new FenceError(
    "ALREADY_TAKEN",
    `Cannot open ${what}: its token was taken before, cancelled, or given up with its sender`,
  )
}
