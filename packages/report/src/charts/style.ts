/** How pictures look, in light and in dark, in the page and as files of their own. */
import { markup, trusted } from "../markup.js"

const LIGHT = ["#0072b2", "#c04a00", "#007d5a", "#a8477f", "#8a6200", "#5b5bd6", "#4d4d4d"]
const DARK = ["#56b4e9", "#ff9b5c", "#33c99b", "#e79ac4", "#e6b93c", "#a9a9ff", "#c8c8c8"]

const variables = (colours: readonly string[], rest: string) =>
  `:root{${colours.map((colour, i) => `--c${i}:${colour}`).join(";")};${rest}}`

/** Text on its ground has a contrast of 7 and more, lines of 4.5. */
export const COLOUR_SCHEMES = trusted(
  `:root{color-scheme:light dark}
${variables(LIGHT, "--ink:#1c1c1c;--soft:#565656;--rule:#d4d4d4;--ground:#fff;--card:#f6f6f4;--good:#00694c;--bad:#a81b1b;--open:#6b4c00")}
@media (prefers-color-scheme:dark){${variables(DARK, "--ink:#ececec;--soft:#b4b4b4;--rule:#444;--ground:#141414;--card:#1f1f1f;--good:#4fd6a8;--bad:#ff9a9a;--open:#efc05a")}}`,
)

export const PICTURES = trusted(
  `svg{display:block;width:100%;height:auto;font:12px system-ui,sans-serif}
svg text{fill:var(--ink)}svg .soft{fill:var(--soft);font-size:10.5px}svg .strong{font-weight:600}
svg path{fill:none}svg .rule{stroke:var(--rule)}svg .axis{stroke:var(--soft)}
${LIGHT.map((_, i) => `.c${i}{color:var(--c${i})}`).join("")}
svg .bar{fill:currentColor;fill-opacity:.32}svg .stroke{stroke:currentColor;stroke-width:1.5}svg .median{stroke:currentColor;stroke-width:3}
svg .range{stroke:currentColor;stroke-width:1.5}svg .line{stroke:currentColor;stroke-width:2;stroke-linejoin:round}svg .thin{stroke:currentColor;stroke-width:1;stroke-opacity:.45}
svg .dot{stroke:currentColor;stroke-width:4;stroke-linecap:round;stroke-opacity:.45}svg .mark{fill:currentColor}svg .name{fill:currentColor}
svg .heat{fill:currentColor}svg .fill{fill:currentColor;fill-opacity:.75}svg .head{stroke:var(--soft)}svg .none{color:var(--soft)}svg .good{color:var(--good)}svg .bad{color:var(--bad)}`,
)

/** For a picture that is a file of its own. */
export const ALONE = markup`<style>${COLOUR_SCHEMES}${PICTURES}</style>`
