/** Tokens that carry a reference, for who can do without: a program has them if it imports them (`src/entries/transfers.ts`). */
import { lacking } from "../host/families.js"
import type { cancelTransfer, takeTransfer, transferOf } from "./transfer.js"

interface Transfers {
  readonly cancelTransfer: typeof cancelTransfer
  readonly takeTransfer: typeof takeTransfer
  readonly transferOf: typeof transferOf
}

let parts: Transfers | undefined

export function provideTransfers(provided: Transfers): void {
  parts = provided
}

/** @throws HeapError NOT_IMPORTED */
export function transfers(): Transfers {
  return parts ?? lacking("sync")
}
