/** Each thread issues, signals and drops fences of one timeline: with an external lock, all of them share it. */
import { defineProgram } from "../program.js"

export const issue = defineProgram({
  name: "issue",
  claim: "Fences of one timeline are issued, signaled and dropped, and all come back.",
  about: "fences",
  needs: { fences: 4 },
  threads: [
    {
      name: "issuer",
      play({ engine, record, fence }) {
        return () => {
          const made = fence()
          engine.signal(record, made)
          engine.dropRef(record, made)
        }
      },
    },
  ],
  sizes: [{ threads: 2, turns: 1, preemptions: 2 }],
})
