/** What is filled in about a person, and how it is sent: nothing that was left empty. */

import { answer, http, type Views } from "../../api/client";
import { once, useCommand } from "../../api/command";
import type { Role } from "../../api/roles";

export const ROLES = ["viewer", "worker", "manager", "admin"] as const satisfies readonly Role[];

export type Filled = {
  readonly username: string;
  readonly name: string;
  readonly role: Role;
  readonly locale: Views["Locale"];
  readonly line: string | null;
  readonly password: string; // "": as before
  readonly badge: string; // "": as before
  readonly has_badge: boolean;
  readonly takes_badge: boolean;
  readonly active: boolean;
};

export const EMPTY: Filled = {
  username: "", name: "", role: "worker", locale: "ko", line: null, password: "", badge: "", has_badge: false, takes_badge: false, active: true,
};

/** Return the change that `filled` asks for. A badge that is scanned anew wins over one that is taken back. */
export function changeOf(filled: Filled): Views["ChangeUser"] {
  const { name, role, locale, line, active } = filled;
  return {
    name, role, locale, active,
    line: role === "worker" ? line : null,
    ...(filled.password === "" ? {} : { password: filled.password }),
    ...(filled.badge !== "" ? { badge: filled.badge } : filled.takes_badge ? { badge: null } : {}),
  };
}

export function usePersonSaved(isNew: boolean) {
  return useCommand<Filled, Views["UserView"]>((filled, key) => {
    const { username, name, role, locale, password } = filled;
    if (!isNew) return answer(http.PATCH("/api/v1/users/{username}", { params: { path: { username } }, body: changeOf(filled) }));
    const line = role === "worker" ? filled.line : null;
    const badge = filled.badge === "" ? null : filled.badge;
    return answer(http.POST("/api/v1/users", { params: once(key), body: { username, name, role, locale, line, password, badge } }));
  }, ["/api/v1/users"]);
}
