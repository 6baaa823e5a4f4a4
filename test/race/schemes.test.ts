/** Threads race over a build with each reclamation scheme that gives something back: no violation, and nothing is lost. */
import { runRace } from "@outlive/workers"
import { pathToFileURL } from "node:url"
import { expect } from "vitest"
import { SCHEMES, buildScheme } from "../../scripts/strategies.mjs"
import { eachForCiUnless } from "../prove.js"

const RECLAIMING = SCHEMES.filter(({ reclaims }) => reclaims).map(({ name }) => name)

eachForCiUnless(RECLAIMING, (name) => name === "epochs")(
  "%s: names are read and modules unloaded, and all comes back",
  {},
  async (scheme) => {
    const engineUrl = pathToFileURL(await buildScheme(scheme, { target: "js", flavour: "checked" })).href
    const { violations, accounts, operations } = await runRace({
      engine: "js",
      flavour: "checked",
      engineUrl,
      threads: 3,
      operations: 3_000,
    })
    expect(violations).toEqual([])
    expect(operations).toBeGreaterThan(0)
    expect(accounts?.balanced).toBe(true)
  },
)
