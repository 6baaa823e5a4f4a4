/** The front: shows the photos as they are made, and passes on what people want. */
import { isSupported } from "@outlive/core/sync"
import { Lab } from "./lab.js"
import { SIZE, STAGES } from "./photos.js"

const PHOTOS = 8
const find = (id) => document.getElementById(id)
const say = (text) => void (find("state").textContent = text)

function element(name, text = "") {
  const made = document.createElement(name)
  made.textContent = text
  return made
}

function button(text, body) {
  const made = element("button", text)
  made.addEventListener("click", () => void body(made))
  return made
}

/** A photo: its picture, what became of it, a button to cancel it. @returns draws it as it is by now */
function showPhoto(lab, photo) {
  const [item, canvas, state] = [element("li"), element("canvas"), element("span", `photo ${photo}`)]
  const cancel = button("Cancel", () => lab.cancel(photo))
  canvas.width = canvas.height = SIZE
  item.append(canvas, state, cancel)
  find("photos").append(item)
  void lab.outcomeOf(photo).then((outcome) => {
    state.textContent = `photo ${photo}: ${outcome}`
    cancel.disabled = true
  })
  const context = canvas.getContext("2d")
  const image = context.createImageData(SIZE, SIZE)
  return () => {
    for (const [i, grey] of lab.pixelsOf(photo).entries()) image.data.set([grey, grey, grey, 255], 4 * i)
    context.putImageData(image, 0, 0)
  }
}

/** A stage: which photo it works on, a button to kill its worker. @returns shows it as it is by now */
function showStage(lab, { name }, stage) {
  const [item, state] = [element("li"), element("span")]
  const kill = button(`Kill ${name}`, async () => {
    kill.disabled = true
    const broken = await lab.kill(stage)
    say(broken < 0 ? `The ${name} worker had done all.` : `The ${name} worker died in the middle of photo ${broken}.`)
    // Where all is done there is nobody to kill.
    kill.disabled = broken < 0
  })
  item.append(kill, " ", state)
  find("stages").append(item)
  return () => {
    const { photo, part } = lab.progressOf(stage)
    state.textContent = `photo ${photo}, ${Math.round(100 * part)} %`
  }
}

async function run() {
  find("photos").replaceChildren()
  find("stages").replaceChildren()
  const lab = new Lab({ photos: PHOTOS, pauseMs: Number(new URLSearchParams(location.search).get("pauseMs") ?? 20) })
  const shown = [
    ...STAGES.map((stage, i) => showStage(lab, stage, i)),
    ...Array.from({ length: PHOTOS }, (_, photo) => showPhoto(lab, photo)),
  ]
  const pause = button("Pause", () => {
    const isPaused = pause.textContent === "Resume"
    if (isPaused) lab.resume()
    else lab.pause()
    pause.textContent = isPaused ? "Pause" : "Resume"
  })
  find("stages").append(pause)
  say("Working.")
  let isOver = false
  const draw = () => {
    if (isOver) return
    for (const show of shown) show()
    requestAnimationFrame(draw)
  }
  draw()
  const outcomes = await Promise.all(Array.from({ length: PHOTOS }, (_, photo) => lab.outcomeOf(photo)))
  for (const show of shown) show()
  isOver = true
  for (const each of find("stages").querySelectorAll("button")) each.disabled = true
  const held = await lab.close()
  const done = outcomes.filter((outcome) => outcome === "done").length
  say(`${done} of ${PHOTOS} photos are done; fences that were lost with killed workers: ${held}.`)
}

const { isSupported: canRun, lacking } = isSupported()
if (!canRun) {
  say(`This page cannot work here. Missing: ${lacking.join("; ")}.`)
  find("start").disabled = true
}
find("start").addEventListener("click", async () => {
  find("start").disabled = true
  await run()
  find("start").disabled = false
})
