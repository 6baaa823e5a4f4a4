/** Native locks and read sections of others, as far as this machine has them; one thread, nobody in the way. */
import { CK, compiled } from "./compiled.js"

const URCU = ["-DWITH_URCU", "-lurcu-memb", "-lurcu-mb", "-lurcu-bp", "-lurcu-qsbr", "-lurcu-common"]
/** The first that can be built has the most. */
const LIBRARIES = [[...CK, ...URCU], CK, URCU, []]

/** What is measured, and the package of Debian that it is from, if it needs one. */
export const ANCHORS = {
  "pthread mutex": { of: "lock" },
  "pthread spin lock": { of: "lock" },
  "ck fas": { of: "lock", from: "libck-dev" },
  "ck ticket": { of: "lock", from: "libck-dev" },
  "ck mcs": { of: "lock", from: "libck-dev" },
  "no section": { of: "read section" },
  "ck epoch": { of: "read section", from: "libck-dev" },
  "liburcu memb": { of: "read section", from: "liburcu-dev" },
  "liburcu mb": { of: "read section", from: "liburcu-dev" },
  "liburcu bp": { of: "read section", from: "liburcu-dev" },
  "liburcu qsbr": { of: "read section", from: "liburcu-dev" },
} as const satisfies Record<string, { readonly of: string; readonly from?: string }>
/** The package's own, beside them. */
export const OURS = "@outlive/core"

/** Those that are a lock, or a read section. */
export const anchorsOf = (of: string) =>
  Object.entries(ANCHORS).flatMap(([name, anchor]) => (anchor.of === of ? [name] : []))

export type AnchorName = keyof typeof ANCHORS

/** The program, and what it can measure; or why there is none. */
export const buildAnchors = () => compiled("anchors", ["anchors.c"], LIBRARIES)
