/** What can be asked of a build of the lab: whole operations, seats and roots in, numbers out. */
export { countKept, initializeLab, isForeign, labBytes, rootAt, seatAt } from "./lab"
export { KIND, ROBUST, collect, offline, settleDead } from "./scheme"
export { holdCell, letGo, lookAgain, readCell, writeCell } from "./structures/cell"
export { pop, push } from "./structures/stack"
export { createQueue, dequeue, enqueue } from "./structures/queue"
export { contains, insert, remove } from "./structures/list"
export { containsHash, insertHash, removeHash } from "./structures/hash"
export { containsTree, createTree, insertTree, removeTree } from "./structures/tree"
