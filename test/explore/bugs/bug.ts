/** A famous mistake, beside its repair. */
import type { FailureVerdict } from "@outlive/explore"

export interface Bug {
  /** Base name of the module, which exports `broken` and `fixed`. */
  readonly module: string
  /** What is wrong. */
  readonly sentence: string
  readonly verdict: FailureVerdict
  /** What the report must name. */
  readonly names: RegExp
}

export const BUGS: readonly Bug[] = [
  {
    module: "peterson",
    sentence: "Peterson's lock raises its flag after it has given the turn away",
    verdict: "assertion",
    names: /two inside/,
  },
  {
    module: "treiber",
    sentence: "Treiber's stack takes a node for the same because it is in the same place (ABA)",
    verdict: "assertion",
    names: /node 2/,
  },
  {
    module: "seqlock",
    sentence: "a sequence lock's reader does not look whether somebody wrote meanwhile",
    verdict: "assertion",
    names: /torn/,
  },
  {
    module: "double-checked",
    sentence: "double-checked initialization says it is done before it is",
    verdict: "assertion",
    names: /not initialized/,
  },
  {
    module: "lost-wakeup",
    sentence: "the cell that is waited on is not the one that is asked",
    verdict: "lost-wakeup",
    names: /signal/,
  },
  {
    module: "futex-unlock",
    sentence: "a mutex is unlocked as if nobody ever waited",
    verdict: "lost-wakeup",
    names: /mutex/,
  },
  {
    module: "futex-forgets",
    sentence: "who has slept for a mutex takes it as if nobody else slept",
    verdict: "lost-wakeup",
    names: /mutex/,
  },
  {
    module: "abba",
    sentence: "two locks are taken in two orders",
    verdict: "deadlock",
    names: /\ba\b.*\bb\b|\bb\b.*\ba\b/,
  },
  {
    module: "refcount-get",
    sentence: "a reference is taken of what nobody refers to any more",
    verdict: "use-after-free",
    names: /payload/,
  },
  {
    module: "refcount-put",
    sentence: "a reference is dropped by a load and a store",
    verdict: "leak",
    names: /never freed/,
  },
  {
    module: "epoch",
    sentence: "a reader announces itself after it has loaded the pointer",
    verdict: "use-after-free",
    names: /old/,
  },
  {
    module: "dekker",
    sentence: "a flag of Dekker's is raised by a plain store, which may stay in the store buffer",
    verdict: "data-race",
    names: /flag/,
  },
  {
    module: "message-passing",
    sentence: "the message is read without a look at its flag",
    verdict: "data-race",
    names: /payload/,
  },
]
