/** virtio-gpu: fences under the device's lock, no release op; the poll only says that a fence was not emitted yet. */
import { defineModule } from "@outlive/core"
import type { FenceType } from "../fence-type.js"
import { IN_ORDER, Pipeline, SLOTS, passInOrder } from "../pipeline.js"

export const virtio: FenceType = {
  driver: "soft",
  name: "virtio",
  about: "virtio-gpu: in order, under the device's lock, without a release op: it detaches, and its lock does not",
  mustHold: IN_ORDER,
  hasPatch: true,
  dangles: "the lock is in the device, which goes with the module",
  faults: {},
  cannot: { layered: "no scheduler: the host orders what it is given" },
  cells: SLOTS,
  module: () => defineModule({ name: "virtio", driverName: "virtio_gpu", ops: { pollSignaled: () => false } }),
  device: passInOrder,
  bind: (desk) =>
    new Pipeline(desk, {
      name: "controlq: the name of a queue",
      options: { lock: desk.how.form === "patched" ? "inline" : "external" },
    }),
}
