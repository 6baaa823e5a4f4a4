/**
 * What is to be expected of each fence type under each lifetime, from reading the kernel's code and the patches: letters
 * S safe, C crash, B bound, F bound for ever, H hang, L leak, W wrong, half-free, - cannot be. What a race shows is held against it.
 */
import type { Cell, Outcome } from "./cell.js"
import { FORMS } from "./fence-type.js"

export interface Expected {
  readonly outcomes: readonly Outcome[]
  /** By which ways a crash may come; more may be seen. */
  readonly ways?: readonly string[]
}

/** By type, then lifetime; where forms of it differ, in the order of `FORMS`. */
const TABLE: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>> = {
  "amdgpu ring": {
    "issuer-bound": "C put name lock",
    "names-only": "C put lock",
    unlocked: "C freed-ring return",
    layered: "S",
    independent: ["B", "S"],
    pinned: "F",
  },
  "amdgpu tlb flush": {
    "issuer-bound": "C put name",
    "names-only": "C put",
    unlocked: "S",
    layered: "-",
    independent: "S",
    pinned: "B",
  },
  // Unlocked: not safe, although it is never asked to enable. It has a poll op, and whoever is in that returns into text that has gone,
  // for nobody waits for him. Merged in the kernel it is half free; with locks counted, or one of its own, it is safe.
  "soft virtio": {
    "issuer-bound": "C put name lock",
    "names-only": "C put lock",
    unlocked: "C return",
    layered: "-",
    independent: ["S", "S", "half-free lock"],
    pinned: "B",
  },
  "soft crtc": {
    "issuer-bound": "C put name lock freed-crtc",
    "names-only": "C put lock",
    unlocked: "C freed-crtc",
    layered: "-",
    independent: ["S", "S", "half-free lock"],
    pinned: "B",
  },
  "soft vgem": {
    "issuer-bound": "C put timer",
    "names-only": "C put timer",
    unlocked: "S",
    layered: "-",
    independent: ["B", "S"],
    pinned: "B",
  },
  "soft sw_sync": {
    "issuer-bound": "S",
    "names-only": "S",
    unlocked: "S",
    layered: "-",
    independent: "S",
    pinned: "S",
  },
}

const LETTERS: Readonly<Record<string, Outcome>> = {
  S: "safe",
  C: "crash",
  B: "bound",
  F: "bound for ever",
  H: "hang",
  L: "leak",
  W: "wrong",
  "half-free": "half free",
}

/** Undefined where nothing is to be expected: a broken twin, or what cannot be. */
export function expectedOf({ type, lifetime, form, fault }: Cell): Expected | undefined {
  const entry = TABLE[type]?.[lifetime]
  const text = typeof entry === "string" ? entry : entry?.[FORMS.indexOf(form)]
  if (text === undefined || text === "-" || fault !== undefined) return undefined
  const words = text.split(" ")
  const outcomes = words.flatMap((word) => (word in LETTERS ? [LETTERS[word]!] : []))
  return { outcomes, ways: words.filter((word) => !(word in LETTERS)).map((word) => word.replaceAll("-", " ")) }
}
