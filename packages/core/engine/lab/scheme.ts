/**
 * The reclamation scheme of this build of the lab. A build with another one is given another file here (`scripts/lab.mjs`).
 *
 * A scheme exports
 * - `KIND`: what a reader protects; `ROBUST`: 1 if a stalled reader keeps a bounded number of nodes;
 * - `enter`, `leave`: around every operation; `leave` gives back what it can, once in a batch;
 * - `protect(thread, slot, word, owner)`: the link in a word of the node `owner` (or `ROOT`). The node it leads to stays as long
 *   as the slot, or the section, is kept, if the link has no marks: one of a removed node promises nothing. `GONE`: begin anew;
 * - `born(thread, node)`: before a node is linked; `retire(thread, node)`: when it has been unlinked, once;
 * - `collect(thread)`: gives back what it can, outside of operations;
 * - `offline(thread)`: the thread is idle; `settleDead(thread, dead)`: what a dead seat looked at is looked at no more.
 */
export * from "./schemes/sections"

export const ID: i32 = 0
