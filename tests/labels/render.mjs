// Reads one JSON line {zpl, width, height, dpmm} after another, answers each with its PNG in base64.
import { createInterface } from "node:readline";
import { ready } from "zpl-renderer-js";

const { api } = await ready;
for await (const line of createInterface({ input: process.stdin })) {
  const { zpl, width, height, dpmm } = JSON.parse(line);
  process.stdout.write((await api.zplToBase64Async(zpl, width / dpmm, height / dpmm, dpmm)) + "\n");
}
process.exit(0);
