/** Takes what is in one syncobj and puts it into another: as fence, as sync file, as point. */
import { FenceError } from "@outlive/core"
import { defineRole } from "../../scenario.js"
import { type Synced, openSyncobjs } from "./synced.js"

export const mover = defineRole<Synced>({
  name: "mover",
  claim: "What is in a syncobj can be taken while others replace it.",
  seen: ["moved", "nothing there"],
  play(stage) {
    const { random } = stage
    const { timelines, places, drop } = openSyncobjs(stage)
    while (stage.running) {
      const [from, to] = [stage.any(timelines), stage.any(places)]
      try {
        const move = random.below(3)
        if (move === 0) to.transferFrom(from, { from: BigInt(random.below(4)) })
        else if (move === 1) to.transferFrom(from, { to: BigInt(1 + random.below(1_000)) })
        else {
          const file = stage.any([...timelines, ...places]).exportSyncFile()
          to.importSyncFile(file)
          file.drop()
        }
        stage.count("moved")
        const found = stage.any(places).exportFence()
        found.hasSignaled()
        found.drop()
      } catch (error) {
        if (!(error instanceof FenceError) || error.code !== "EINVAL") throw error
        stage.count("nothing there")
      }
    }
    drop()
  },
})
