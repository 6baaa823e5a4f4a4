/** What can be wrong with what issuers bring of their own: found by models. */
import type { ModelledFault } from "./faults.js"

export const ISSUER_FAULTS: readonly ModelledFault[] = [
  {
    id: "Q1",
    model: "record-read",
    sentence: "an access to a record does not look whether it has gone meanwhile",
    file: "issuer/records.ts",
    from: "  const value = load(word)\n  assertRecord(token, index)\n",
    to: "  const value = load(word)\n",
  },
  {
    id: "Q2",
    model: "record-discard",
    sentence: "two who discard a record both end it",
    file: "issuer/records.ts",
    from: "  if (compareExchange(record + IssuerRecord.token, token, Address.None) != token) oopsDead(token, -1)\n",
    to: "  if (load(record + IssuerRecord.token) != token) oopsDead(token, -1)\n  store(record + IssuerRecord.token, Address.None)\n",
  },
  {
    id: "Q3",
    model: "claim-bit",
    sentence: "an issuer's bit is looked at and set in two steps",
    file: "fence/query.ts",
    from: "  return (or(fence + Fence.flags, bit) & bit) == 0 ? 1 : 0\n",
    to: "  const before = load(fence + Fence.flags)\n  store(fence + Fence.flags, before | bit)\n  return (before & bit) == 0 ? 1 : 0\n",
  },
  {
    id: "Q4",
    model: "borrow-close",
    sentence: "a timeline borrows a lock that is on its way out",
    file: "issuer/shared-lock.ts",
    from: "if (!isAlive(token) || !tryAddRefTo(refs)) host.oops(Oops.DeadLock, Address.None, token, 0)\n",
    to: "if (!isAlive(token)) host.oops(Oops.DeadLock, Address.None, token, 0)\n  addRefTo(refs, untagged(token))\n",
  },
  {
    id: "Q5",
    model: "slab-unload",
    sentence: "a fence that waits for a grace period is not counted as in its slab",
    file: "issuer/slab.ts",
    from: "if (isOn(fence, timeline)) used++",
    to: "if (isOn(fence, timeline) && peek(fence + 16) > 0) used++",
  },
  {
    id: "Q6",
    model: "end-reference",
    sentence: "a module at its end can be entered",
    file: "modules.ts",
    from: "peek(thread + Thread.id) | ENDING)\n  return 0",
    to: "ENDING)\n  return 0",
  },
  {
    id: "Q8",
    model: "record-put",
    sentence: "who gives back a count is told that the record is dead, which another has ended since",
    file: "issuer/records.ts",
    from: "  if (value >= 0) assertRecord(token, index)\n",
    to: "  assertRecord(token, index)\n",
  },
]
