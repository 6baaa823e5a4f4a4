/** An empty project outside of this repository, into which the tarballs are installed as a user would. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { must } from "./run.mjs"

const YARN = "4.18.1"

/** How each package manager is asked, and what it must be told so that packages from one another's tarballs are found. */
const MANAGERS = {
  npm: {
    install: ["npm", "install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"],
  },
  pnpm: {
    install: ["npx", "-y", "pnpm@12.21.0", "install", "--prefer-offline", "--reporter=append-only"],
    files: (tarballs) => ({
      "pnpm-workspace.yaml": `overrides:\n${entries(tarballs, (name, url) => `  "${name}": "${url}"\n`)}allowBuilds:\n  esbuild: false\n`,
    }),
  },
  yarn: {
    install: ["npx", "-y", `@yarnpkg/cli-dist@${YARN}`, "install", "--no-immutable"],
    files: () => ({ ".yarnrc.yml": "nodeLinker: node-modules\nenableTelemetry: false\nenableGlobalCache: true\n" }),
    manifest: (tarballs) => ({
      resolutions: Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`])),
    }),
  },
}
export const MANAGER_NAMES = Object.keys(MANAGERS)

const entries = (tarballs, line) => tarballs.map(({ name, file }) => line(name, `file:${file}`)).join("")

/** Installs them, and `more` (name to version) from the registry. @returns the project's folder */
export async function installed(manager, tarballs, { more = {}, node } = {}) {
  const folder = mkdtempSync(join(tmpdir(), `outlive-packages-${manager}-`))
  const { install, files = () => ({}), manifest = () => ({}) } = MANAGERS[manager]
  const dependencies = { ...Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`])), ...more }
  const own = { name: "project", version: "1.0.0", private: true, type: "module", dependencies, ...manifest(tarballs) }
  write(folder, { "package.json": JSON.stringify(own, null, 2), ...files(tarballs) })
  const [command, ...args] = install
  await must(command, args, { cwd: folder, node })
  return folder
}

/** Writes files, by their names within the folder. */
export function write(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}
