/**
 * The reclamation schemes there are: one line each, and the file of that name in `packages/core/engine/rcu/strategies/`.
 * What the columns mean is told in `schemes.d.mts`.
 *
 * `id` is in each heap: never give a number to another scheme.
 */
export const SCHEMES = [
  {
    id: 0,
    name: "epochs",
    also: ["ebr"],
    about: "epoch-based (Fraser 2004); in the package",
    reading: "a load and a store at enter, a store at leave",
    kind: "section",
    reclaims: true,
    robust: false,
    idle: "free",
    stalled: "stops the clock",
    dead: "stops the clock until its seat is cleared up",
  },
  {
    id: 1,
    name: "quiescent",
    also: ["qsbr"],
    about:
      "quiescent states, QSBR (Desnoyers et al. 2012): who is outside says so, at leave and at the end of its turn",
    reading: "a look at a word of its own at enter, a load at leave; a store when the epoch has moved",
    kind: "section",
    reclaims: true,
    robust: false,
    idle: "until it is offline",
    stalled: "stops the clock",
    dead: "stops the clock until its seat is cleared up, also outside sections",
  },
  {
    id: 2,
    name: "two-counters",
    about: "readers counted by the parity of the epoch, as in SRCU (McKenney 2006), in one domain",
    reading:
      "an addition, two loads and a store at enter; a store and a subtraction at leave; all readers write one word",
    kind: "section",
    reclaims: true,
    robust: false,
    idle: "free",
    stalled: "stops the clock",
    dead: "stops the clock until its seat is cleared up; for ever if it died within enter or leave",
  },
  {
    id: 3,
    name: "one-counter",
    about: "one counter of all readers",
    reading: "an addition and a store at enter, a store and a subtraction at leave; all readers write one word",
    kind: "section",
    reclaims: true,
    robust: false,
    idle: "free",
    stalled: "stops the clock; so do readers that never pause all at once",
    dead: "stops the clock until its seat is cleared up; for ever if it died within enter or leave",
  },
  {
    id: 4,
    name: "reader-writer",
    about: "a reader-writer lock, readers first",
    reading: "a load, a claim and a store at enter, a store and a subtraction at leave; all readers write one word",
    kind: "section",
    reclaims: true,
    robust: false,
    idle: "free",
    stalled: "stops the clock; so do readers that never pause all at once",
    dead: "stops the clock until its seat is cleared up; for ever if it died within enter or leave",
  },
  {
    id: 5,
    name: "leak",
    about: "gives nothing back, and no grace period ends: the floor of what reading costs",
    reading: "nothing",
    kind: "section",
    reclaims: false,
    robust: false,
    idle: "free",
    stalled: "nothing",
    dead: "nothing",
  },
]
