/** Ours, called from JavaScript, beside what C programs use: the C library's locks, Concurrency Kit, liburcu. */
import type { Rig } from "../experiments/rig.js"
import { ANCHORS, type AnchorName, OURS, buildAnchors } from "./anchors.js"

const OPERATIONS = { lock: "lockUnlock", "read section": "hasSignaledAt" } as const
const BY = [OURS, ...Object.keys(ANCHORS)]
const OF = Object.keys(OPERATIONS) as (keyof typeof OPERATIONS)[]
let anchors: ReturnType<typeof buildAnchors> | undefined

export const native = {
  program: new URL("./variant.js", import.meta.url),
  axes: {
    by: { title: "by", usual: BY, words: BY },
    of: { title: "of", usual: OF, words: OF },
  },
  compares: "by",
  along: "of",
  metrics: [{ name: "ns", title: "one", unit: "ns", better: "less" }],
  columns: { ns: "ns" },
  notes: [
    "One thread, nobody in the way. A lock: taken and given back. A read section: begun, a pointer and a flag read in it, ended.",
    "Ours from JavaScript, two calls for a lock and one for a section; the native ones in a loop of C, inlined where their headers do that.",
    "A mutex of the C library may know that its process has one thread only. liburcu's qsbr says at each turn that it is quiescent.",
  ],
  async argsOf({ by, of }, _, ms) {
    const operation = of as keyof typeof OPERATIONS
    if (by === OURS) return ["--op", OPERATIONS[operation], "--ms", String(ms)]
    const anchor: { readonly of: string; readonly from?: string } = ANCHORS[by as AnchorName]
    if (anchor.of !== operation) return { cannot: `it is a ${anchor.of}` }
    anchors ??= buildAnchors()
    if ("missing" in anchors) return { cannot: anchors.missing }
    if (!anchors.names.has(String(by))) return { cannot: `${anchor.from ?? "it"} is not installed` }
    return ["--by", String(by), "--program", anchors.program, "--ms", String(ms)]
  },
} as const satisfies Rig
