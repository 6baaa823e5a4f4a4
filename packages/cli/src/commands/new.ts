/** `outlive new`: a file to begin with. */
import { existsSync, writeFileSync } from "node:fs"
import { defineCommand } from "citty"
import { templateOfLock, templateOfProgram, templateOfScheme } from "../../../../scripts/strategies.mjs"
import { UsageError } from "../exit-codes.js"
import { choiceArgument, refuseUnknown } from "../options.js"
import { COMMAND, pageOf } from "../pages.js"
import { quoted } from "../quoted.js"

const TEMPLATES = { lock: templateOfLock, scheme: templateOfScheme, program: templateOfProgram } as const
export const KINDS = Object.keys(TEMPLATES) as (keyof typeof TEMPLATES)[]

const args = {
  what: { type: "positional", description: KINDS.join(", "), required: true },
  file: { type: "positional", description: "Where to; it must not be there yet", required: true },
} as const

export const create = defineCommand({
  meta: {
    name: "new",
    description: "Write a lock, a scheme or a program to begin with: a file that is complete, and passes as it stands",
  },
  args,
  run({ args: given, rawArgs }) {
    refuseUnknown(rawArgs, args)
    const kind = choiceArgument("what", given.what, KINDS)
    if (!given.file.endsWith(".ts")) throw new UsageError(`Cannot write ${given.file}: a ${kind} is a .ts file`)
    if (existsSync(given.file)) throw new UsageError(`Cannot write ${given.file}: it is there already`)
    try {
      writeFileSync(given.file, TEMPLATES[kind](), { flag: "wx" })
    } catch (error) {
      throw new UsageError(`Cannot write ${given.file} (${(error as NodeJS.ErrnoException).code ?? String(error)})`)
    }
    const file = quoted(given.file.includes("/") ? given.file : `./${given.file}`)
    const look = kind === "lock" ? `Look at it:  ${COMMAND} strategies ${file}\n` : ""
    process.stdout.write(`Wrote ${given.file}. ${pageOf("YOUR-OWN-LOCK.md")} leads on from here.
Explore it:  ${COMMAND} explore ${file}
Race it:     ${COMMAND} race ${file}
Let it die:  ${COMMAND} death ${file}
Measure it:  ${COMMAND} bench ${file}
${look}`)
  },
})
