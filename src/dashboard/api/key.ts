/** Idempotency-Keys: which key belongs to the input that is under way. Who uses it: `command`. */

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
