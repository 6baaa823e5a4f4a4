/**
 * What is to be expected of each fence type under each lifetime, from reading the kernel's code and the patches. What a race shows
 * is held against it; where the two differ, `reason` says who is right.
 *
 * A word for each outcome: S safe, C crash (then by which ways it may come, at least), B bound, F bound for ever, H hang, L leak,
 * W wrong, half (free): detached, and its lock dangles. With a patch: the second; with locks counted: the third. "S C name" under
 * unlocked: whoever has begun to read a name when the fence is signaled is waited for by nobody, whatever the type's ops are, and finds
 * that the text has gone (model `unload-name@unlocked`). The window is a few steps, so most races show none.
 */
import type { Cell, Outcome } from "./cell.js"
import { FORMS } from "./fence-type.js"

export interface Expected {
  readonly outcomes: readonly Outcome[]
  /** By which ways a crash may come; more may be seen. */
  readonly ways: readonly string[]
  /** Why the race shows something else. */
  readonly reason?: string
}

type Entry = string | readonly [merged: string, patched: string, counted?: string]

interface Row {
  readonly "issuer-bound": Entry
  readonly "names-only": Entry
  readonly unlocked: Entry
  readonly layered?: Entry
  readonly independent: Entry
  readonly pinned: Entry
}

const ROWS: Readonly<Record<string, Row>> = {
  "amdgpu ring": {
    "issuer-bound": "C put name lock",
    "names-only": "C put lock",
    unlocked: "C freed-ring",
    layered: "S",
    independent: ["B", "S"],
    pinned: "F",
  },
  "amdgpu kfd eviction": {
    "issuer-bound": "C put",
    "names-only": "C put",
    unlocked: "C freed-mm",
    independent: ["B", "S"],
    pinned: "B",
  },
  "amdgpu queue eviction": {
    "issuer-bound": "C put name",
    "names-only": "C put",
    unlocked: "C work",
    independent: "S",
    pinned: "B",
  },
  "amdgpu tlb flush": {
    "issuer-bound": "C put name",
    "names-only": "C put",
    unlocked: "S C name",
    independent: "S",
    pinned: "B",
  },
  "amdgpu user queue": {
    "issuer-bound": "C put",
    "names-only": "C put",
    unlocked: "C freed-what-a-fence-holds",
    independent: ["B", "S"],
    pinned: "B",
  },
  "sched finished": {
    "issuer-bound": "C put name",
    "names-only": "C put",
    unlocked: "S C name",
    // Both: bound, and named through a scheduler that has ended (docs/FINDINGS.md, C13).
    independent: ["B C name", "S"],
    pinned: "B C name",
  },
  "nouveau uevent": {
    "issuer-bound": "C put",
    "names-only": "C put",
    unlocked: "C L H",
    independent: ["B", "H"],
    pinned: "B",
  },
  "nouveau legacy": {
    "issuer-bound": "C put wait",
    "names-only": "C put wait",
    unlocked: "S",
    independent: ["B", "S"],
    pinned: "B",
  },
  "i915 request": {
    "issuer-bound": "C put wait slab",
    "names-only": "C put wait slab",
    unlocked: "H C return",
    independent: "B",
    pinned: "B",
  },
  "radeon fence": {
    "issuer-bound": "C put wait lock",
    "names-only": "C put wait lock",
    unlocked: "H L",
    independent: ["B", "H"],
    pinned: "B",
  },
  "xe hw": {
    "issuer-bound": "C put name lock slab",
    "names-only": "C put lock slab",
    unlocked: "C H W corruption freed-fence-irq",
    layered: "S",
    independent: ["B", "C deferred"],
    pinned: "B",
  },
  "xe preempt": {
    "issuer-bound": "C put",
    "names-only": "C put",
    unlocked: "S C name return",
    independent: "S",
    pinned: "B",
  },
  "xe tlb": {
    "issuer-bound": "C put lock",
    "names-only": "C put lock",
    unlocked: "S C name",
    layered: "S",
    independent: ["half C lock", "S", "S"],
    pinned: "B",
  },
  "soft crtc": {
    "issuer-bound": "C put name lock freed-crtc",
    "names-only": "C put lock",
    unlocked: "C freed-crtc",
    independent: ["half C lock", "S", "S"],
    pinned: "C freed-crtc",
  },
  "soft virtio": {
    "issuer-bound": "C put name lock",
    "names-only": "C put lock",
    unlocked: "C return",
    independent: ["half C lock", "S", "S"],
    pinned: "B",
  },
  "soft vgem": {
    "issuer-bound": "C put work",
    "names-only": "C put work",
    unlocked: "S C name",
    independent: ["B", "S"],
    pinned: "B",
  },
  "soft prime": {
    "issuer-bound": "C put name",
    "names-only": "C put",
    unlocked: "S C name",
    independent: "S",
    pinned: "F",
  },
  "soft sw_sync": {
    "issuer-bound": "S",
    "names-only": "S",
    unlocked: "S",
    independent: "S",
    pinned: "S",
  },
}

/** By type and lifetime: why what is seen is not what was expected. */
const REASONS: Readonly<Record<string, string>> = {
  "soft virtio, unlocked":
    "it is not asked to enable, but it is polled: without a grace period whoever is in the poll returns into text that has gone",
  "soft crtc, unlocked": "without a grace period nobody waits for who reads the name of a display that is unplugged",
  "soft crtc, pinned":
    "what is pinned is the module; the display is unplugged all the same, and its fences are named through it",
  "amdgpu queue eviction, unlocked":
    "the crash is there, and rare: of forty races of a second two showed an enable op that came back into text that had gone, and one a torn name; whoever ends the manager waits for the work that enable queued, and not for the op's last steps",
  "xe preempt, unlocked":
    "seldom: a torn name, or an enable op that came back into text that had gone; whoever ends the queue waits for the work that enable queued, and not for the op's last steps",
  "i915 request, unlocked":
    "both: the interrupt that hangs, as expected, and an enable op that comes back into text that has gone, since others signal and nobody waits for it",
  "xe hw, independent":
    "the race is right about the posted patches: they keep the release op, so fences still bind the module, and drop the only barrier, so that it goes before the functions that free the last of them",
  "nouveau legacy, unlocked":
    "without an enable op nothing of the channel is touched late; but the poll has a few steps to go after its own read section, and an unload that waits for nobody takes the text away under them",
  "nouveau legacy, independent":
    "bound as merged; the second is a rewrite of ours, with locks of one's own, a timer in place of the wait op, and the channel's reference given back at the signal",
  "radeon fence, unlocked":
    "two locks in opposite order need an issuer that is asked under the fence's lock, as in the independent heap with locks of one's own (a hang there); here whoever is stopped in enable comes to a device, or a text, that has gone",
}

const LETTERS: Readonly<Record<string, Outcome>> = {
  S: "safe",
  C: "crash",
  B: "bound",
  F: "bound for ever",
  H: "hang",
  L: "leak",
  W: "wrong",
  half: "half free",
}

/** Undefined where nothing is to be expected: a broken twin, or what cannot be. */
export function expectedOf({ type, lifetime, form, fault }: Cell): Expected | undefined {
  const entry = ROWS[type]?.[lifetime as keyof Row]
  if (entry === undefined || fault !== undefined) return undefined
  const text = typeof entry === "string" ? entry : entry[FORMS.indexOf(form)]
  if (text === undefined) return undefined
  const words = text.split(" ")
  const reason = REASONS[`${type}, ${lifetime}`]
  return {
    outcomes: words.flatMap((word) => (word in LETTERS ? [LETTERS[word]!] : [])),
    ways: words.filter((word) => !(word in LETTERS)).map((word) => word.replaceAll("-", " ")),
    ...(reason === undefined ? {} : { reason }),
  }
}

/** Whether a race shows what is to be expected: the same outcomes, and of a crash at least one of the ways. */
export function isAsExpected(cell: Cell, expected: Expected): boolean {
  const isWay =
    expected.ways.length === 0 ||
    !cell.outcomes.includes("crash") ||
    expected.ways.some((way) => cell.ways.includes(way))
  const seen = cell.outcomes.filter((outcome) => !expected.outcomes.includes(outcome))
  // Of several that may come, a short race shows one at least.
  return seen.length === 0 && cell.outcomes.length > 0 && isWay
}
