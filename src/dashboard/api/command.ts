/**
 * A change asked of the service, safe to repeat: the same input keeps its Idempotency-Key until it succeeded, over
 * lost connections and second presses of the button alike.
 */

import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";
import { useRef } from "react";

import { isTemporary } from "./problem";
import type { paths } from "./schema";

const TRIES_AGAIN = 2;

/** What a change touches: the queries of these paths are read again after it. */
export type Touched = readonly (keyof paths)[];

/** Remembers which key belongs to the input that is under way. */
export class KeptKey {
  private kept: { input: string; key: string } | null = null;

  for(input: unknown): string {
    const text = JSON.stringify([input]);
    if (this.kept?.input !== text) this.kept = { input: text, key: randomKey() };
    return this.kept.key;
  }

  done(): void {
    this.kept = null;
  }
}

/** Return 128 random bits; `randomUUID` is not there on a plain-HTTP address of a plant's network. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Return a mutation that calls `send(input, key)` and then reads again what it touched. */
export function useCommand<Input, Output>(
  send: (input: Input, key: string) => Promise<Output>,
  touched: Touched,
): UseMutationResult<Output, Error, Input> {
  const key = useRef(new KeptKey());
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => send(input, key.current.for(input)),
    retry: (count, error) => count < TRIES_AGAIN && isTemporary(error),
    onSuccess: async () => {
      key.current.done();
      await Promise.all(touched.map((path) => queries.invalidateQueries({ queryKey: ["get", path] })));
    },
  });
}

/** Return the parameters that carry `key`. */
export function once(key: string): { header: { "Idempotency-Key": string } } {
  return { header: { "Idempotency-Key": key } };
}
