/** The engine's locks, and what stands beside each: the same algorithm in C, and the native locks that work in the same way. */
import { CK, compiled } from "./compiled.js"

/** The same steps on the same words (`bench/native/locks.h`). */
export const TWIN = "C"

/** Each of ours, with the native ones that wait and hand over as it does, and the package of Debian that one is from, if it needs one. */
export const BESIDE = {
  "spin-or-sleep": {},
  "three-state-futex": { pthread: { name: "pthread mutex" } },
  tas: {},
  ttas: { pthread: { name: "pthread spin lock" }, ck: { name: "ck fas", from: "libck-dev" } },
  ticket: { ck: { name: "ck ticket", from: "libck-dev" } },
  mcs: { ck: { name: "ck mcs", from: "libck-dev" } },
} as const satisfies Record<
  string,
  Partial<Record<"pthread" | "ck", { readonly name: string; readonly from?: string }>>
>
export const NATIVE = ["pthread", "ck"] as const

/** The program, and which locks it has; or why there is none. */
export const buildContended = () => compiled("contended", ["contended.c", "locks.h"], [CK, []])
