/** What all pictures are made of. Each is as wide as a phone, so that text is read there as it is on a desk. */
import { type Markup, markup, trusted } from "../markup.js"

export const WIDTH = 360
export const FONT = 12
export const SMALL = 10.5
/** Colours after Okabe and Ito (2008), told apart by those who see no red or green; lines also have a mark of their own. */
export const COLOURS = 7

const WIDE = /[mwMW@%—÷→]/
const NARROW = /[iljtfr.,:;'|!()[\] ]/

/** How wide a text is at most, in the widest of the fonts that may stand in for the system's own. */
export function widthOf(said: string, size = FONT): number {
  let width = 0
  for (const letter of said)
    width += WIDE.test(letter) ? 1 : NARROW.test(letter) ? 0.42 : /[A-Z]/.test(letter) ? 0.76 : 0.64
  return width * size
}

/** The text in lines that are no wider; a word that is wider is broken. */
export function wrapped(said: string, width: number, size = FONT): string[] {
  const lines: string[] = []
  let row = ""
  for (const word of said.split(" ").flatMap((whole) => broken(whole, width, size))) {
    const longer = row === "" ? word : `${row} ${word}`
    if (widthOf(longer, size) <= width) row = longer
    else {
      if (row !== "") lines.push(row)
      row = word
    }
  }
  return row === "" ? lines : [...lines, row]
}

function broken(word: string, width: number, size: number): string[] {
  if (widthOf(word, size) <= width) return [word]
  const letters = [...word]
  let most = letters.length - 1
  while (most > 1 && widthOf(letters.slice(0, most).join(""), size) > width) most--
  return [letters.slice(0, most).join(""), ...broken(letters.slice(most).join(""), width, size)]
}

const round = (value: number) => Math.round(value * 10) / 10

export interface TextAt {
  readonly x: number
  readonly y: number
  readonly anchor?: "start" | "middle" | "end"
  readonly of?: string
}

export function text(what: string, { x, y, anchor = "start", of }: TextAt): Markup {
  const where = anchor === "start" ? "" : ` text-anchor="${anchor}"`
  return markup`<text x="${round(x)}" y="${round(y)}"${trusted(where)}${trusted(of === undefined ? "" : ` class="${of}"`)}>${what}</text>`
}

export function line(of: string, [x1, y1]: readonly [number, number], [x2, y2]: readonly [number, number]): Markup {
  return markup`<path class="${of}" d="M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}"/>`
}

export function polyline(of: string, points: readonly (readonly [number, number])[]): Markup {
  return points.length === 0
    ? markup``
    : markup`<path class="${of}" d="M${points.map(([x, y]) => `${round(x)} ${round(y)}`).join("L")}"/>`
}

/** Many marks as one path: a few bytes for each sample. */
export function dots(of: string, points: readonly (readonly [number, number])[]): Markup {
  return markup`<path class="${of}" d="${points.map(([x, y]) => `M${round(x)} ${round(y)}h0`).join("")}"/>`
}

/** Upright strokes, for samples that stand in a row. */
export function strokes(of: string, xs: readonly number[], y: number, height: number): Markup {
  return markup`<path class="${of}" d="${xs.map((x) => `M${round(x)} ${round(y)}v${height}`).join("")}"/>`
}

/** A mark with a shape of its own, so that colour is not all that tells lines apart. */
export function mark(nth: number, x: number, y: number): Markup {
  const shapes = [
    "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z",
    "M-3-3h6v6h-6z",
    "M0-4l4 7h-8z",
    "M0-4.5l4.5 4.5l-4.5 4.5l-4.5-4.5z",
    "M0 4l4-7h-8z",
    "M-4-1.5h2.5v-2.5h3v2.5h2.5v3h-2.5v2.5h-3v-2.5h-2.5z",
    "M-4 0l2-3.5h4l2 3.5l-2 3.5h-4z",
  ]
  return markup`<path class="mark" transform="translate(${round(x)} ${round(y)})" d="${shapes[nth % COLOURS]!}"/>`
}

export const colour = (nth: number) => `c${nth % COLOURS}`

/** Names at the ends of lines, pushed apart where they would lie on each other; none above the top or below the bottom. */
export function apart(places: readonly number[], [top, bottom]: readonly [number, number], gap = FONT + 2): number[] {
  const order = places.map((y, i) => ({ y, i })).toSorted((a, b) => a.y - b.y)
  let least = top
  for (const place of order) {
    place.y = Math.max(place.y, least)
    least = place.y + gap
  }
  let most = bottom
  for (const place of order.toReversed()) {
    place.y = Math.min(place.y, most)
    most = place.y - gap
  }
  const put = places.map(() => 0)
  for (const { y, i } of order) put[i] = y
  return put
}

export interface Picture {
  readonly title: string
  /** What it shows, for who does not see it. */
  readonly says: string
  readonly height: number
  readonly body: Markup
  readonly width?: number
}

/** `style`: of a picture that is a file of its own. */
export function svg({ title, says, height, body, width = WIDTH }: Picture, style?: Markup): Markup {
  const space = style === undefined ? markup`` : markup` xmlns="http://www.w3.org/2000/svg"`
  return markup`<svg${space} viewBox="0 0 ${width} ${Math.ceil(height)}" role="img" aria-label="${title}: ${says}">${style ?? markup``}${body}</svg>`
}

/** What a name beside curves may take, so that these have more than half of the picture. */
const BESIDE = 0.45 * WIDTH

/** A long name, such as the path of a file, by its end; the whole of it is in what the picture says, and in the table behind it. */
export function briefly(name: string): string {
  if (widthOf(name) <= BESIDE) return name
  let end = name
  while (widthOf(`…${end}`) > BESIDE) end = end.slice(1)
  return `…${end}`
}
