/**
 * A change asked of the service, safe to repeat: the same input keeps its Idempotency-Key until it succeeded, over
 * lost connections and second presses of the button alike.
 */

import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";
import { useRef } from "react";

import { KeptKey } from "./key";
import { isTemporary } from "./problem";
import type { paths } from "./schema";

const TRIES_AGAIN = 2;

/** What a change touches: the queries of these paths are read again after it. */
export type Touched = readonly (keyof paths)[];

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
