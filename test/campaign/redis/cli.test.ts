/** `outlive campaign --queue`: what it refuses, that a password is nowhere to be found, and that nothing of it is loaded without the option. */
import { spawn } from "node:child_process"
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { queueAddress } from "@outlive/campaign/redis"
import { afterAll, describe, expect, test } from "vitest"
import { type OwnRedis, startRedis } from "../../../scripts/own-redis.mjs"
import { FOR_CI, PROVES } from "../../prove.js"
import { MAIN, outlive } from "../../race/outlive.js"
import { HAS_REDIS } from "./stage.js"

const cwd = mkdtempSync(join(tmpdir(), "outlive-queue-"))
const MODEL = fileURLToPath(new URL("../programs/secretive-model.mjs", import.meta.url))
const EXPLORE = ["campaign", "explore", MODEL, "--strategy=random", "--orders=1", "--seeds=1..40"]
const SECRET = "kUzc0-very-secret"
const NOWHERE = "redis://127.0.0.1:1"
let redis: OwnRedis | undefined

afterAll(async () => {
  await redis?.remove()
  rmSync(cwd, { recursive: true, force: true })
})

/** As where the two packages are not installed. */
const ABSENT = `--import=data:text/javascript,${encodeURIComponent(`
import { register } from "node:module"
const hooks = ${JSON.stringify(`
export function resolve(specifier, context, next) {
  if (specifier !== "bullmq" && specifier !== "ioredis") return next(specifier, context)
  throw Object.assign(new Error("Cannot find package " + specifier), { code: "ERR_MODULE_NOT_FOUND" })
}`)}
register("data:text/javascript," + encodeURIComponent(hooks))`)}`

test.each([
  ["redis://host", { host: "host", port: 6_379, db: 0, isEncrypted: false }],
  ["rediss://10.0.0.1:7000/3", { host: "10.0.0.1", port: 7_000, db: 3, isEncrypted: true }],
  ["redis://[::1]:7000", { host: "::1", port: 7_000, db: 0, isEncrypted: false }],
  ["unix:/run/redis/redis.sock", { path: "/run/redis/redis.sock", db: 0, isEncrypted: false }],
])("%s is an address", (text, address) => expect(queueAddress(text)).toEqual({ text, ...address }))

test.each([
  [`redis://me:${SECRET}@host`, /whoever lists processes would see them/],
  [`redis://${SECRET}@host`, /whoever lists processes would see them/],
  [`http://me:${SECRET}@host`, /whoever lists processes would see them/],
  [`//me:${SECRET}@host`, /is needed/],
  ["redis://host/name", /redis:\/\/host:port, rediss:\/\/host:port or unix:\/path is needed/],
  ["host:6379", /is needed/],
  ["", /is needed/],
])("%s is refused, and not shown if it has a secret", (text, message) => {
  expect(() => queueAddress(text)).toThrow(message)
  expect(() => queueAddress(text)).not.toThrow(SECRET)
})

const REFUSED: readonly (readonly [args: readonly string[], message: string])[] = [
  [["campaign", "worker", `--queue=redis://me:${SECRET}@host`], "Option --queue: Cannot take a user or a password"],
  [["campaign", "worker", `--queue=${NOWHERE}`], `Cannot use the queue ${NOWHERE}: connect ECONNREFUSED`],
  [[...EXPLORE, `--queue=${NOWHERE}`, "--jobs=2"], "Option --jobs: not with --queue"],
]

test.each(REFUSED.slice(0, PROVES ? REFUSED.length : 1))(
  "%j is refused with exit code 2",
  FOR_CI,
  async (args, message) => {
    const { code, out, err } = await withoutParent(args)
    expect({ code, out }).toEqual({ code: 2, out: "" })
    expect(err).toContain(message)
    expect(err).not.toContain(SECRET)
  },
)

test("without --queue nothing of it is loaded; with it, whoever lacks it is told", FOR_CI, async () => {
  const args = [...EXPLORE, "--jobs=1", "--out=absent.ndjson"]
  expect(await outlive(args, { cwd, nodeOptions: [ABSENT] })).toMatchObject({ code: 0 })
  const { code, err } = await outlive(["campaign", "worker", `--queue=${NOWHERE}`], { cwd, nodeOptions: [ABSENT] })
  expect(code).toBe(2)
  expect(err).toContain("bullmq and ioredis are not installed. Run: npm install bullmq@6.7.0 ioredis@5.11.1")
})

describe.skipIf(!HAS_REDIS)("with Redis and a password", () => {
  test("a campaign is played; the password is in no output, no file, and not where programs run", FOR_CI, async () => {
    redis = await startRedis({ password: SECRET })
    const env = { OUTLIVE_REDIS_PASSWORD: SECRET }
    const queue = `--queue=${redis.address}`
    const wrong = await withoutParent(["campaign", "worker", queue], { OUTLIVE_REDIS_PASSWORD: `${SECRET}X` })
    expect(wrong).toMatchObject({ code: 2, out: "" })
    expect(wrong.err).toContain("WRONGPASS")
    const [campaign, played] = await Promise.all([
      outlive([...EXPLORE, queue, "--out=queue.ndjson", "--json"], { cwd, env }),
      withoutParent(["campaign", "worker", queue, "--jobs=1", "--idle=3"], env),
    ])
    expect(campaign.code, campaign.out + campaign.err).toBe(0)
    expect(JSON.parse(campaign.out)).toMatchObject({ passed: true, seeds: { all: 40, done: 40, failed: 0 } })
    expect(played).toMatchObject({ code: 0, out: "" })
    const files = readdirSync(cwd).map((name) => readFileSync(join(cwd, name), "utf8"))
    expect(files.length).toBeGreaterThan(0)
    for (const text of [...files, wrong.err, campaign.out, campaign.err, played.err]) expect(text).not.toContain(SECRET)
  })
})

/** As from a shell: `outlive` of the other tests has a channel, as a campaign's own processes have. */
async function withoutParent(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  })
  let out = ""
  let err = ""
  child.stdout.on("data", (data) => (out += data))
  child.stderr.on("data", (data) => (err += data))
  const code = await new Promise((resolve) => child.on("close", resolve))
  return { code, out, err }
}
