/**
 * What fences of this heap depend on: its creator chose (`Header.lifetime`). A build with less has one lifetime, and there
 * `independent.ts` stands in the place of this file (`scripts/families-seam.mjs`).
 */
import { Header, Lifetime } from "./layout/header"
import { peek } from "./words"

/** Whether this heap's lifetime has the `Lifetime` bit. */
// @inline
export function lives(bit: i32): bool {
  return (peek(Header.lifetime) & bit) != 0
}

/** Whether issuers are asked in no read section: without the fence's lock, where nobody waits for sections. */
// @inline
export function asksOpenly(): bool {
  return (peek(Header.lifetime) & (Lifetime.Unlocked | Lifetime.Grace)) == Lifetime.Unlocked
}
