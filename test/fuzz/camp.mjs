// test/fuzz/programs.ts
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
var HERE = fileURLToPath(new URL(".", import.meta.url));
async function buildProgram(entry) {
  const outfile = `${HERE}built/${entry.replaceAll("/", "-").replace(/\.ts$/, ".mjs")}`;
  await build({
    entryPoints: [`${HERE}${entry}`],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["@outlive/core", "@outlive/core/engine-js", "esbuild"],
    logLevel: "warning"
  });
  return outfile;
}
function runProgram(file, task, onLine) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [file, JSON.stringify(task)], { stdio: ["ignore", "pipe", "pipe"] });
    let rest = "";
    let errors = "";
    let hang;
    child.stdout.setEncoding("utf8").on("data", (text) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop();
      for (const line of lines) {
        if (line.startsWith("HANG ")) hang = JSON.parse(line.slice(5));
        else if (line.startsWith("{")) onLine(JSON.parse(line));
      }
    });
    child.stderr.setEncoding("utf8").on("data", (text) => void (errors = (errors + text).slice(-4e3)));
    child.on("close", (code, signal) => resolve({ code, signal, hang, errors }));
  });
}

// test/fuzz/api/shrink.ts
async function shrink(options, key, play, mostTries = 2e3) {
  let steps = Array.from({ length: options.calls }, (_, step) => step);
  let tries = 0;
  const fails = async (only) => {
    if (++tries > mostTries) return false;
    return (await play({ ...options, only: new Set(only) })).some((fault) => fault.key === key);
  };
  for (let parts = 2; steps.length > 1; ) {
    const size = Math.ceil(steps.length / parts);
    const rests = Array.from({ length: parts }, (_, part) => without(steps, part * size, size));
    const smaller = await firstThat(rests, fails);
    if (smaller) [steps, parts] = [smaller, Math.max(2, parts - 1)];
    else if (size === 1 || tries > mostTries) break;
    else parts = Math.min(steps.length, parts * 2);
  }
  return steps;
}
function without(steps, start, size) {
  return steps.filter((_, i) => i < start || i >= start + size);
}
async function firstThat(list, fits) {
  for (const value of list) if (await fits(value)) return value;
  return void 0;
}

// test/fuzz/api/campaign.ts
var PER_PROCESS = 250;
async function campaign(options) {
  const file = await buildProgram("api/child.ts");
  const found = /* @__PURE__ */ new Map();
  const note = (key, seed2, step) => {
    const known = found.get(key);
    if (known) known.count++;
    else found.set(key, { key, count: 1, seed: seed2, step });
  };
  const batches = Math.ceil(options.calls / options.perBatch);
  let next = 0;
  const work = async () => {
    while (next < batches) {
      const first = next;
      const count = Math.min(PER_PROCESS, batches - first);
      next += count;
      await playAll(first, count);
    }
  };
  const playAll = async (first, count) => {
    let done = 0;
    while (done < count) {
      const task = {
        seed: options.seed + first + done,
        batches: count - done,
        calls: options.perBatch,
        limitMs: options.limitMs,
        ...options.sabotage ? { sabotage: options.sabotage } : {}
      };
      const ended = await runProgram(file, task, (line) => {
        const report = line;
        if (report.kind !== "batch") return;
        done++;
        for (const { key, step } of report.faults) note(key, report.seed, step);
      });
      if (ended.code === 0) continue;
      const seed2 = options.seed + first + done;
      note(endOf(ended), seed2, ended.hang?.steps[2] ?? -1);
      done++;
    }
  };
  await Promise.all(Array.from({ length: options.processes }, work));
  return {
    calls: batches * options.perBatch,
    findings: [...found.values()].sort((a, b) => b.count - a.count)
  };
}
async function replay(finding, calls2, limitMs) {
  const file = await buildProgram("api/child.ts");
  const { seed: seed2, key } = finding;
  const lines = [];
  const run = (more, onReport) => runProgram(file, { seed: seed2, batches: 1, calls: calls2, limitMs, ...more }, (line) => onReport(line));
  const show2 = (report) => {
    if (report.kind === "minimal") lines.push(`steps ${report.steps.join(",")} of seed ${seed2}:`, ...report.lines);
    else if (report.kind === "line") lines.push(report.text);
  };
  if (!isEnd(key)) {
    await run({ shrink: key }, show2);
    return lines;
  }
  const steps = await shrink(
    { seed: seed2, calls: calls2 },
    key,
    async ({ only }) => [{ key: endOf(await run({ only: [...only] }, () => {
    })) }],
    80
  );
  lines.push(`steps ${steps.join(",")} of seed ${seed2}:`);
  await run({ only: steps, verbose: true }, show2);
  return lines;
}
var isEnd = (key) => /^(hangs|dies): /.test(key);
function endOf({ code, signal, hang, errors }) {
  if (hang) return `hangs: ${hang.place.replaceAll(/:\d+/g, "")}`;
  if (code === 0) return "ends";
  return `dies: ${signal ?? code} ${errors.split("\n").find((line) => /Error/.test(line)) ?? ""}`;
}

// ../../tmp/fz/camp.ts
var [seed, calls, show, limit] = process.argv.slice(2);
var t = performance.now();
var c = await campaign({ seed: Number(seed), calls: Number(calls), perBatch: 200, processes: 2, limitMs: Number(limit ?? 3e3) });
console.log(c.calls, "calls", Math.round(performance.now() - t), "ms", c.findings.length, "findings");
for (const f of c.findings) {
  console.log(f.count, `${f.seed}:${f.step}`, f.key.slice(0, 400));
  if (show && f.key.includes(show)) for (const l of await replay(f, 200, 3e3)) console.log("     ", l);
}
