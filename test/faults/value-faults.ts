/** What can be wrong with values that are read without a lock. Models find all of them. */
import type { ModelledFault } from "./faults.js"

export const VALUE_FAULTS: readonly ModelledFault[] = [
  {
    id: "RV1",
    model: "value-read-set",
    sentence: "a version that was replaced is given back at once",
    file: "sync/versions.ts",
    from: "    retire(thread, block)\n    block = peek(word)\n",
    to: "    give(thread, Kind.Slots, block)\n    block = peek(word)\n",
    also: [
      {
        file: "sync/versions.ts",
        from: 'import { nextInUse, take } from "../pool"',
        to: 'import { give, nextInUse, take } from "../pool"',
      },
    ],
  },
  {
    id: "RV2",
    model: "value-update",
    sentence: "a version takes the place of whatever is there",
    file: "sync/versions.ts",
    from: "    const found = compareExchange(object + Versions.current, seen, version)\n    if (found == seen) return 1\n    seen = found\n",
    to: "    store(object + Versions.current, version)\n    return 1\n",
  },
  {
    id: "RV3",
    model: "value-again",
    sentence: "a version is known by its address",
    file: "sync/versions.ts",
    from: "(seen != expected || peek(seen + Record.generation) != generation)",
    to: "seen != expected",
  },
  {
    id: "RV4",
    model: "value-death",
    sentence: "whoever replaces a version does not say that it was published",
    file: "sync/versions.ts",
    from: "    store(seen + Version.published, 1)\n",
    to: "",
  },
]
