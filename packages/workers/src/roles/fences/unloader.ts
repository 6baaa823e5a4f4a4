/** Unloads modules as soon as nobody uses them; signaled fences of theirs are still held by others. */
import { loadIfRoom } from "./issuers.js"
import { defineRole } from "../../scenario.js"

export const unloader = defineRole({
  name: "unloader",
  claim:
    "A module goes only when nobody uses it and all its fences are signaled, and nothing leads into it afterwards.",
  seen: ["unloaded"],
  play(stage) {
    while (stage.running) {
      const module = loadIfRoom(stage, stage.any(stage.modules))
      if (!module) continue
      stage.pause()
      const refusal = stage.attempt("unloads a module", () => module.tryUnload() ?? "gone")
      if (refusal === undefined) continue
      if (refusal === "gone") {
        stage.count("unloaded")
        stage.expect(module.state === "gone", `A module was unloaded and is ${module.state}`)
      } else stage.count(`refused: ${refusal.code}`)
    }
  },
})
