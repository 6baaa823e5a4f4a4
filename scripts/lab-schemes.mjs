/**
 * The reclamation schemes that the lab's structures run under: all section schemes of the engine, and those that protect node by
 * node, one line each, with the file of that name in `packages/core/engine/lab/schemes/`. Columns: `lab-schemes.d.mts`.
 *
 * `engine`: whether the whole engine runs under it, or why not. `id`: never give a number to another scheme.
 */
import { SCHEMES } from "./schemes.mjs"

const READS_AFTER_RETIRING =
  "not applicable: operations read a record once more after they have retired it, and texts are kept by section"

export const LAB_SCHEMES = [
  ...SCHEMES.map(({ id, name, also, about, kind, reading, reclaims }) => ({
    id,
    name,
    also,
    about,
    kind,
    reading,
    reclaims,
    engine: "yes",
    ofEngine: true,
  })),
  {
    id: 100,
    name: "hazard-pointers",
    also: ["hp"],
    about: "readers publish which node they look at, and look again (Michael 2004)",
    kind: "pointer",
    reading: "two loads and a store for each node",
    reclaims: true,
    engine: READS_AFTER_RETIRING,
  },
  {
    id: 101,
    name: "optimistic",
    also: ["vbr"],
    about:
      "readers look afterwards whether the node still lives, in pools that keep their type (after VBR, Sheffi et al. 2021)",
    kind: "optimistic",
    reading: "loads: of the link, and of the node's generation",
    reclaims: true,
    engine: "not applicable: readers begin anew, and the engine's operations have effects before their last read",
  },
  {
    id: 102,
    name: "intervals",
    also: ["ibr"],
    about: "the eras of a node's life against those of a reader, 2GE-IBR (Wen et al. 2018)",
    kind: "pointer",
    reading: "two stores at enter, two loads for each node; a store when the era has moved; one at leave",
    reclaims: true,
    engine: READS_AFTER_RETIRING,
  },
  {
    id: 103,
    name: "hyaline",
    about:
      "batches are handed to all who read, and counted down when they leave; Hyaline-1 (Nikolaev & Ravindran 2019)",
    kind: "section",
    reading: "a store at enter, an exchange at leave, and a subtraction for each batch",
    reclaims: true,
    engine: "not applicable: grace periods are asked for by epoch, and a batch has none",
  },
  {
    id: 104,
    name: "references",
    also: ["lfrc"],
    about: "readers count themselves on each node (Valois 1995)",
    kind: "pointer",
    reading: "three loads, an exchange and a subtraction for each node",
    reclaims: true,
    engine: READS_AFTER_RETIRING,
  },
]
