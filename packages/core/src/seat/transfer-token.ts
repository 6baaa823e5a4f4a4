/** What is sent when a reference goes along. */
import type { Token } from "./handle.js"

/** In `Parcel.type`: a fence, and no object. */
export const A_FENCE = 0

/**
 * What another thread needs to open something that was transferred: as a token of `share()`, but it carries a reference, and is good
 * once.
 */
export interface TransferToken<Of = unknown> extends Token<Of> {
  readonly isTransfer: true
}

/** Whether a token carries a reference. */
export function isTransfer<T extends Token>(token: T): token is T & TransferToken {
  return (token as Partial<TransferToken> | null | undefined)?.isTransfer === true
}
