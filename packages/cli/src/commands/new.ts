/** `outlive new`: a file to begin with. */
import { existsSync, writeFileSync } from "node:fs"
import { defineCommand } from "citty"
import { templateOfLock } from "../../../../scripts/strategies.mjs"
import { UsageError } from "../exit-codes.js"
import { choiceOption, refuseUnknown } from "../options.js"
import { quoted } from "../quoted.js"

const args = {
  what: { type: "positional", description: "lock", required: true },
  file: { type: "positional", description: "Where to; it must not be there yet", required: true },
} as const

export const create = defineCommand({
  meta: { name: "new", description: "Write a lock to begin with: a file that is complete, and passes as it stands" },
  args,
  run({ args: given, rawArgs }) {
    refuseUnknown(rawArgs, args)
    choiceOption("what", given.what, ["lock"])
    if (!given.file.endsWith(".ts")) throw new UsageError(`Cannot write ${given.file}: a lock is a .ts file`)
    if (existsSync(given.file)) throw new UsageError(`Cannot write ${given.file}: it is there already`)
    writeFileSync(given.file, templateOfLock())
    const file = quoted(given.file.includes("/") ? given.file : `./${given.file}`)
    process.stdout.write(`Wrote ${given.file}.
Explore it:  outlive explore --lock ${file} mutex-3
Look at it:  outlive strategies ${file}
`)
  },
})
