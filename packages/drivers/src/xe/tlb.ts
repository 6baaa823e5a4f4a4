/** xe: TLB invalidation: the firmware says done, in order of seqno. Names only; before its patch all share the lock of the GT. */
import { defineModule } from "@outlive/core"
import type { FenceType } from "../fence-type.js"
import { IN_ORDER, Pipeline, SLOTS, passInOrder } from "../pipeline.js"

export const xeTlb: FenceType = {
  driver: "xe",
  name: "tlb",
  about:
    "TLB invalidation: done by a message of the firmware, in order; names only, under the GT's lock until its patch",
  mustHold: IN_ORDER,
  hasPatch: true,
  dangles: "the lock is in the GT, which goes with the module",
  faults: {},
  notBuilt: ["layered"],
  cells: SLOTS,
  module: () => defineModule({ name: "xe tlb", driverName: "xe" }),
  device: passInOrder,
  bind: (desk) =>
    new Pipeline(desk, {
      name: "tlb_inval: the name of a GT",
      options: { lock: desk.how.form === "patched" ? "inline" : "external" },
    }),
}
