/** A simulated device's side: registers, time that passes, and chance. */
import type { Random } from "@outlive/workers"
import type { Words } from "./words.js"

/** What a device works with. */
export interface Hands {
  readonly registers: Words
  readonly random: Random
}
