/** How the page looks: on a phone, on a desk, on paper, in light and in dark. */
import { COLOUR_SCHEMES, PICTURES } from "../charts/style.js"
import { markup, trusted } from "../markup.js"

const PAGE = trusted(`*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground);margin:0 auto;max-width:76rem;padding:1rem clamp(1rem,3vw,2.5rem)}
h1{font-size:1.7rem;line-height:1.2}h2{font-size:1.3rem;margin-top:2.5rem;border-top:1px solid var(--rule);padding-top:1rem}h3{font-size:1.05rem}
p,li{max-width:70ch;overflow-wrap:anywhere}a{color:inherit}code,.story{font:.85rem/1.5 ui-monospace,monospace}code{overflow-wrap:anywhere}
.soft{color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad)}.open{color:var(--open)}
.verdict{font-weight:600;border:1px solid currentColor;border-radius:.3em;padding:0 .4em;margin-right:.2em;white-space:nowrap}
.claims{list-style:none;padding:0}.claims li{margin:.45rem 0}
.answers{background:var(--card);border-radius:.5rem;padding:.6rem 1rem}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,22rem),1fr));gap:1rem;align-items:start}
figure{margin:0;padding:.7rem;background:var(--card);border-radius:.5rem;display:flex;flex-direction:column;break-inside:avoid}
.broad svg{min-width:40rem;max-width:none}figcaption{order:-1;font-weight:600;margin-bottom:.4rem;overflow-wrap:anywhere}figure svg{max-width:30rem}
.wide{overflow-x:auto;max-width:100%}table{border-collapse:collapse;font-size:.85rem;margin:.5rem 0}
caption{text-align:left;color:var(--soft);padding-bottom:.3rem}th,td{text-align:left;padding:.2rem .7rem .2rem 0;border-bottom:1px solid var(--rule);vertical-align:top}
th{font-weight:600}tbody th{font-weight:400}summary{cursor:pointer;padding:.3rem 0}
dl.facts{display:grid;grid-template-columns:auto 1fr;gap:.1rem 1rem}dl.facts dd{margin:0;overflow-wrap:anywhere}
.steps td,.steps th{white-space:nowrap;font-family:ui-monospace,monospace;font-size:.8rem;padding-right:1.2rem}
.steps .switched>*{border-top:2px dashed var(--open)}.steps .marked{background:color-mix(in srgb,var(--bad) 18%,transparent)}
.steps .now{outline:2px solid var(--c0)}.steps .later{opacity:.6}
.memory{display:flex;flex-wrap:wrap;gap:.4rem 1.2rem;margin:.5rem 0}.memory div{display:flex;gap:.4rem}.memory dd{margin:0;font-family:ui-monospace,monospace}.memory .changed{font-weight:700;color:var(--bad)}
.walk input{width:min(30rem,60vw);vertical-align:middle}:focus-visible{outline:2px solid var(--c0);outline-offset:2px}
@media print{body{max-width:none;font-size:11pt;padding:0}section{break-before:auto}details{display:none}.wide{overflow:visible}.walk{display:none}.steps .later{opacity:1}}`)

export const STYLE = markup`<style>${COLOUR_SCHEMES}
${PICTURES}
${PAGE}</style>`
