/** What all threads know of the work: its size, its stages, and where everything lies in the memory that they share. */
import { defineModule } from "@outlive/core/worker"

/** Photos are square, this many pixels wide. */
export const SIZE = 48

/** Issues the fences of the stages. */
export const lab = defineModule({ name: "photo lab", driverName: "app" })

/** Each stage makes a row of a photo from what the stage before has left, `seed` being the photo's number. */
export const STAGES = [
  {
    name: "expose",
    row(pixels, y, seed) {
      for (let x = 0; x < SIZE; x++) pixels[y * SIZE + x] = (x * (seed + 2) * 3) ^ (y * (seed + 1) * 5)
    },
  },
  {
    name: "blur",
    row(pixels, y) {
      const line = pixels.slice(y * SIZE, (y + 1) * SIZE)
      for (let x = 0; x < SIZE; x++) {
        const [left, right] = [line[Math.max(x - 1, 0)], line[Math.min(x + 1, SIZE - 1)]]
        pixels[y * SIZE + x] = (left + 2 * line[x] + right) / 4
      }
    },
  },
  {
    name: "invert",
    row(pixels, y) {
      for (let x = 0; x < SIZE; x++) pixels[y * SIZE + x] = 255 - pixels[y * SIZE + x]
    },
  },
]

/** Memory for so many photos, and for where each stage is: photo * SIZE + row. */
export const createMemory = (count) => ({
  pixels: new Uint8Array(new SharedArrayBuffer(count * SIZE * SIZE)),
  progress: new Int32Array(new SharedArrayBuffer(4 * STAGES.length)),
})

export const pixelsOf = ({ pixels }, photo) => pixels.subarray(photo * SIZE * SIZE, (photo + 1) * SIZE * SIZE)
