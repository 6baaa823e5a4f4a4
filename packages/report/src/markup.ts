/** HTML and SVG as text in which nothing can be forgotten to be escaped: what is put in is a text, unless it is markup already. */

const MARKUP = Symbol("markup")

/** Text that is markup. */
export interface Markup {
  readonly [MARKUP]: string
}

type Part = string | number | Markup | undefined | false | readonly Part[]

/** `markup\`<p>${text}</p>\`` */
export function markup(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { [MARKUP]: texts.map((text, i) => text + (i < parts.length ? written(parts[i]) : "")).join("") }
}

/** What is markup already, or has been looked through. */
export function trusted(text: string): Markup {
  return { [MARKUP]: text }
}

export function textOf(part: Markup): string {
  return part[MARKUP]
}

function written(part: Part): string {
  if (part === undefined || part === false) return ""
  if (typeof part === "string") return escape(part)
  if (typeof part === "number") return String(part)
  if (MARKUP in part) return (part as Markup)[MARKUP]
  return (part as readonly Part[]).map(written).join("")
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (c) => ENTITIES[c]!)
}
