/** Every fence type that is built. */
import { tlbFlush } from "./amdgpu/tlb-flush.js"
import { ring } from "./amdgpu/ring.js"
import { crtc } from "./soft/crtc.js"
import { swSync } from "./soft/sw-sync.js"
import { vgem } from "./soft/vgem.js"
import { virtio } from "./soft/virtio.js"
import type { FenceType } from "./fence-type.js"

export const FENCE_TYPES: readonly FenceType[] = [ring, tlbFlush, virtio, crtc, vgem, swSync]
