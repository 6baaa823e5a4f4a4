/** A table: how often each thread has done what. */
import { KINDS, type Kind, LANES, type LaneName, type Lanes } from "./lanes.js"

const TITLES: Readonly<Record<Kind, string>> = {
  created: "created",
  signaled: "signaled",
  waited: "waits ended",
  named: "names read",
  unloaded: "unloads",
  oops: "crashes",
}

/** What each thread can do; a crash can come to all. */
const DOES: Readonly<Record<LaneName, readonly Kind[]>> = {
  issuer: ["created", "signaled", "oops"],
  waiter: ["waited", "oops"],
  namer: ["named", "oops"],
  unloader: ["unloaded", "oops"],
  page: ["waited", "oops"],
}

export class Counts {
  readonly #cells: (() => void)[] = []
  #lanes: Lanes | undefined

  constructor(table: HTMLTableElement) {
    const head = table.createTHead().insertRow()
    for (const title of ["", ...KINDS.map((kind) => TITLES[kind])]) head.append(header("col", title))
    const body = table.createTBody()
    for (const lane of LANES) {
      const row = body.insertRow()
      row.append(header("row", lane))
      for (const kind of KINDS) this.#add(row.insertCell(), lane, kind)
    }
  }

  #add(cell: HTMLTableCellElement, lane: LaneName, kind: Kind): void {
    if (!DOES[lane].includes(kind)) return
    cell.id = `${lane}-${kind}`
    this.#cells.push(() => void (cell.textContent = (this.#lanes?.count(lane, kind) ?? 0).toLocaleString("en")))
  }

  show(lanes: Lanes | undefined): void {
    this.#lanes = lanes
    for (const cell of this.#cells) cell()
  }
}

function header(scope: "col" | "row", text: string): HTMLElement {
  const cell = document.createElement(text === "" ? "td" : "th")
  if (cell instanceof HTMLTableCellElement && text !== "") cell.scope = scope
  cell.textContent = text
  return cell
}
