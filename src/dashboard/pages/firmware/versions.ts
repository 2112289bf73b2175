/** Which firmware is in use. Pure. */

export type Versioned = { readonly model: string; readonly version: string };

/** Return the highest version of each model: the one that is released. */
export function newestOf<Firmware extends Versioned>(all: readonly Firmware[]): ReadonlySet<Firmware> {
  const found = new Map<string, Firmware>();
  for (const each of all) {
    const best = found.get(each.model);
    if (best === undefined || isNewer(each.version, best.version)) found.set(each.model, each);
  }
  return new Set(found.values());
}

function isNewer(one: string, other: string): boolean {
  return one.localeCompare(other, "en", { numeric: true }) > 0;
}
