/** `lifetime.ts` of a build with less: its heaps have the lifetime that was merged, and no other (`families.ts`). So nothing is asked. */
import { Lifetime } from "./layout/header"

/** Whether that lifetime has the `Lifetime` bit: known when the build is made. */
// @inline
export function lives(bit: i32): bool {
  return (Lifetime.Independent & bit) != 0
}

/** Issuers are asked in a read section. */
// @inline
export function asksOpenly(): bool {
  return false
}
