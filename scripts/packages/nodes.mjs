/** The Nodes that the packages are tried on. */
import { existsSync } from "node:fs"
import { dirname, join } from "node:path"
import { keptIn } from "../places.mjs"
import { must, run } from "./run.mjs"

const MAJORS = [20, 22, 24, 26]

/**
 * `{ title, folder }`: the one that runs this first, then those in the folders that are given; without any, one of each version that is
 * supported, from the registry (which has them as the package `node`).
 */
export async function nodesOf(folders) {
  const own = { title: process.versions.node, folder: dirname(process.execPath) }
  const others =
    folders ?? (await Promise.all(MAJORS.filter((major) => !own.title.startsWith(`${major}.`)).map(fetched)))
  return [own, ...(await Promise.all(others.map(async (folder) => ({ title: await versionIn(folder), folder }))))]
}

async function fetched(major) {
  const place = keptIn(`nodes/${major}`)
  const folder = join(place, "node_modules/node/bin")
  if (!existsSync(join(folder, "node")))
    await must("npm", [
      "install",
      "--prefix",
      place,
      "--no-save",
      "--no-audit",
      "--no-fund",
      "--allow-scripts=all",
      `node@${major}`,
    ])
  return folder
}

/** @throws Error for a folder without one: what could not be fetched must not pass as tried */
async function versionIn(folder) {
  const { code, output } = await run(join(folder, "node"), ["--version"]).catch((error) => ({
    code: 1,
    output: error.message,
  }))
  if (code !== 0) throw new Error(`There is no Node in ${folder}: ${output}`)
  return output.trim().slice(1)
}
