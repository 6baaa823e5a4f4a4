/** IGT "syncobj_wait": fixed cases and the matrix of stages by flags. */
import { suite } from "./suite.js"
import { waitCases } from "./syncobj-wait-cases.js"

const NO_PADDING = "an argument's padding: arguments here are named, and others are refused by the compiler"
const {
  "wait-any-complex, as upstream counts": asUpstream,
  "invalid-wait-available": available,
  ...cases
} = waitCases(0n)

suite(
  {
    name: "IGT syncobj_wait",
    upstream: 27,
    fenceLocks: ["external"],
    notPorted: { "invalid-reset-bad-pad": NO_PADDING, "invalid-signal-bad-pad": NO_PADDING },
  },
  cases,
  { "wait-any-complex, as upstream counts": asUpstream!, "invalid-wait-available": available! },
)
