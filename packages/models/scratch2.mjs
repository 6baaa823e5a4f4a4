import { MODELS, exploreModel } from "./dist/index.js"
const m = MODELS.find((m) => m.name === process.argv[2])
const r = exploreModel(m, { timeMs: 20000 })
console.log(Object.keys(r))
const { describe } = await import("@outlive/explore").then((x) => x)
for (const k of Object.keys(r))
  if (k !== "trace") console.log(k, typeof r[k] === "object" ? JSON.stringify(r[k]).slice(0, 400) : r[k])
