/** What a fence type says of itself, looked at before it is raced: a twin that is not there would be "raced", and pass. */
import { LIFETIMES } from "@outlive/workers"
import { FORMS, type FenceType } from "./fence-type.js"

/** What is wrong with one part, in words; undefined if nothing is. */
type Look = (value: unknown, type: Partial<Declared>) => string | undefined

/** The parts that others are held against. */
type Declared = Readonly<Record<"mustHold" | "faults", unknown>>

const isText = (value: unknown): value is string => typeof value === "string" && value !== ""
const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const quote = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ")

const text: Look = (value) => (isText(value) ? undefined : "a text is needed")
const yesOrNo: Look = (value) => (typeof value === "boolean" ? undefined : "true or false is needed")
const code: Look = (value) => (typeof value === "function" ? undefined : "a function is needed")
const oneOf =
  (names: readonly string[]): Look =>
  (value) =>
    names.includes(value as string) ? undefined : `one of ${quote(names)} is needed`

/** A table: what may be its names, and what each is to be. */
const table =
  (isName: (name: string, type: Partial<Declared>) => string | undefined, entry: Look): Look =>
  (value, type) => {
    if (!isTable(value)) return "a table is needed, { name: … }"
    return Object.entries(value)
      .map(([name, one]) => {
        const wrong = isName(name, type)
        if (wrong !== undefined) return `"${name}" ${wrong}`
        const lacking = entry(one, type)
        return lacking === undefined ? undefined : `of "${name}": ${lacking}`
      })
      .find((wrong) => wrong !== undefined)
  }

const sentences: Look = (value) => {
  if (!Array.isArray(value) || ![...value].every(isText)) return "a list of sentences is needed, each a text"
  const twice = value.find((sentence, at) => value.indexOf(sentence) < at) as string | undefined
  return twice === undefined ? undefined : `"${twice}" stands in it twice`
}

/** A variation is "form,fault": what would be read as something else cannot be asked for. */
const faultName = (name: string) =>
  isText(name) && !name.includes(",") && !(FORMS as readonly string[]).includes(name)
    ? undefined
    : `cannot be the name of a fault: no comma, and none of ${quote(FORMS)}`

/** Where `faults`, or `mustHold`, is nothing of the kind, that is told, and no more. */
const isFault = (name: string, { faults }: Partial<Declared>) =>
  !isTable(faults) || Object.hasOwn(faults, name)
    ? undefined
    : `is not in faults: ${quote(Object.keys(faults)) || "that is empty"}`

const isSentence = (name: string, { mustHold }: Partial<Declared>) =>
  !Array.isArray(mustHold) || mustHold.includes(name) ? undefined : "is none of the sentences in mustHold"

const isLifetime = (name: string) =>
  (LIFETIMES as readonly string[]).includes(name) ? undefined : `is no lifetime: those are ${quote(LIFETIMES)}`

const control: Look = (value, type) => {
  const twin = isTable(value) && isText(value["shownBy"]) ? value["twin"] : value
  if (!isText(twin)) return 'a fault is needed, or { twin: "a fault", shownBy: "an outcome, or a way" }'
  const wrong = isFault(twin, type)
  return wrong === undefined ? undefined : `the twin "${twin}" ${wrong}`
}

const place: Look = (value) => {
  const { lifetime, form } = isTable(value) ? value : {}
  return oneOf(LIFETIMES)(lifetime, {})?.replace(/^/, "lifetime: ") ?? oneOf(FORMS)(form, {})?.replace(/^/, "form: ")
}

const cells: Look = (value) =>
  Number.isInteger(value) && (value as number) >= 0 ? undefined : "a whole number from 0 is needed"

const LOOKS: Readonly<Record<keyof FenceType, Look>> = {
  driver: text,
  name: text,
  about: (value) => (typeof value === "string" ? undefined : "a text is needed"),
  mustHold: sentences,
  faults: table(faultName, text),
  controls: table(isSentence, control),
  hasPatch: yesOrNo,
  dangles: text,
  form: oneOf(FORMS),
  faultsUnder: table(isFault, place),
  cannot: table(isLifetime, text),
  isAsked: yesOrNo,
  survives: yesOrNo,
  cells,
  module: code,
  peer: code,
  device: code,
  bind: code,
}

/** @throws RangeError that says, part by part, what a fence type declares and cannot be. `who`: the type, at the head of a sentence. */
export function assertDeclared(type: object, who: string): void {
  const strangers = Object.keys(type).filter((part) => !(part in LOOKS))
  const wrong = [
    ...strangers.map((part) => `there is no part "${part}", there are ${Object.keys(LOOKS).join(", ")}`),
    ...Object.entries(LOOKS).flatMap(([part, look]) => {
      const value: unknown = type[part as never]
      const lacking = value === undefined ? undefined : look(value, type)
      return lacking === undefined ? [] : [`${part}: ${lacking}`]
    }),
  ]
  if (wrong.length > 0) throw new RangeError(`${who} cannot be raced. ${wrong.join("; ")}`)
}
