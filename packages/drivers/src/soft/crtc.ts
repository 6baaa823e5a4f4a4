/** KMS: the out-fence of a crtc: its lock and its names are the crtc's, which goes when the device is unbound. No ops but names. */
import { defineModule } from "@outlive/core"
import type { FenceType } from "../fence-type.js"
import { IN_ORDER, Pipeline, SLOTS, passInOrder } from "../pipeline.js"

export const crtc: FenceType = {
  driver: "soft",
  name: "crtc",
  about: "KMS: the out-fence of a commit, signaled at the flip; lock and names are in the crtc",
  mustHold: IN_ORDER,
  hasPatch: true,
  dangles: "the lock is in the crtc, which goes before the module",
  faults: {},
  cannot: { layered: "no job: it ends when the screen has turned" },
  cells: SLOTS,
  module: () => defineModule({ name: "crtc", driverName: "drm" }),
  device: passInOrder,
  bind: (desk) =>
    new Pipeline(desk, {
      name: "CRTC:0-pipe A",
      options: { lock: desk.how.form === "patched" ? "inline" : "external", seqno64: true },
    }),
}
