/** Every fence type that is built. */
import { tlbFlush } from "./amdgpu/tlb-flush.js"
import type { FenceType } from "./fence-type.js"

export const FENCE_TYPES: readonly FenceType[] = [tlbFlush]
