/** TEMPORARY until `fence.user` is there. */
import type { Fence } from "@outlive/core"
const USER = 52
export const userOf = (fence: Fence): number => fence.thread.heap.word(fence.address + USER)
export const setUser = (fence: Fence, word: number): void =>
  void (fence.thread.words[(fence.address + USER) >> 2] = word)
