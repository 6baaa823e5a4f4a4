/** What can be wrong with parcels. Models find all of them. */
import type { ModelledFault } from "./faults.js"

export const PARCEL_FAULTS: readonly ModelledFault[] = [
  {
    id: "TR1",
    model: "parcel-take-take",
    sentence: "who sees that it is there takes it",
    file: "composite/parcel.ts",
    from: "    if (compareExchange(parcel + Parcel.state, generation, peek(thread + Thread.id)) == generation)\n",
    to: "    store(parcel + Parcel.state, peek(thread + Thread.id))\n",
  },
  {
    id: "TR2",
    model: "parcel-death",
    sentence: "whoever clears up gives up what another is taking",
    file: "composite/parcel.ts",
    from: "(isSent && compareExchange(parcel + Parcel.state, state, token) == state)",
    to: "isSent",
  },
  {
    id: "TR3",
    model: "parcel-again",
    sentence: "a parcel is there when its state says so, in whatever life",
    file: "composite/parcel.ts",
    from: "  if (load(parcel + Record.generation) != generation || peek(parcel + SharedObject.type) != ObjectType.Parcel)\n    return false\n  return load(parcel + Parcel.state) == generation && load(parcel + Record.generation) == generation\n",
    to: "  return load(parcel + Parcel.state) != 0\n",
    also: [
      {
        file: "composite/parcel.ts",
        from: "    if (compareExchange(parcel + Parcel.state, generation, peek(thread + Thread.id)) == generation)\n",
        to: "    const seen = load(parcel + Parcel.state)\n    if (seen > 0 && compareExchange(parcel + Parcel.state, seen, peek(thread + Thread.id)) == seen)\n",
      },
    ],
  },
  {
    id: "TR4",
    model: "parcel-cancel",
    sentence: "what is taken back is not given up",
    file: "composite/parcel.ts",
    from: "  giveUp(thread, parcel, content)\n  return 1\n",
    to: "  discard(thread, parcel)\n  return 1\n",
  },
]
