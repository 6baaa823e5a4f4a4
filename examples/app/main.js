/** The app without a front: node examples/app/main.js. One photo is canceled, one worker is killed in the middle of another. */
import { setTimeout as pause } from "node:timers/promises"
import { Lab } from "./lab.js"
import { STAGES } from "./photos.js"

const BLUR = STAGES.findIndex(({ name }) => name === "blur")
const lab = new Lab({ photos: 8 })
const outcomes = Array.from({ length: lab.size }, (_, photo) => lab.outcomeOf(photo))

lab.cancel(6)
// Until the worker is in the middle of a photo, and the next rows wait.
for (;;) {
  await pause(5)
  lab.pause()
  const { photo, part } = lab.progressOf(BLUR)
  if (photo > 0 && part > 0 && part < 0.9) break
  lab.resume()
}
const broken = await lab.kill(BLUR)
console.log(`killed in the middle of photo ${broken}`)
lab.resume()

for (const [photo, outcome] of outcomes.entries()) console.log(`photo ${photo}: ${await outcome}`)
console.log(`fences that the killed worker held: ${await lab.close()}`)
