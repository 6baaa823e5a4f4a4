import { MODELS, exploreModel } from "./dist/index.js"
for (const m of MODELS.filter(
  (m) => m.name.startsWith("sync-") && (!process.argv[2] || m.name.startsWith(process.argv[2])),
)) {
  const t = performance.now()
  const r = exploreModel(m, { timeMs: 20000 })
  console.log(
    m.name,
    r.verdict,
    r.executions,
    r.exhaustive,
    r.message ?? "",
    ((performance.now() - t) | 0) + " ms",
    r.outcomes ? JSON.stringify([...(r.outcomes.entries?.() ?? [])]) : "",
  )
}
