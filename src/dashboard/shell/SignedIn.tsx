/** Lets in who is signed in; asks the cookie first, then the person. */

import { useEffect, useState, type ReactNode } from "react";

import { asProblem, type Problem } from "../api/problem";
import { renew, useSession } from "../api/session";
import { SignInPage } from "../pages/sign_in/SignInPage";
import { useLanguage, wasChosen } from "../text/language";

const ASK_AGAIN_MS = 3_000;

export function SignedIn({ children }: { readonly children: ReactNode }) {
  const session = useSession();
  const away = useCookie(session.is === "unknown");
  useOwnLanguage(session.is === "in" ? session.person.locale : null);
  if (session.is === "in") return children;
  if (session.is === "unknown" && away === null) return null; // some milliseconds
  return <SignInPage problem={away} expired={session.is === "out" && session.expired} />;
}

/** Ask by the cookie who is signed in, again while the service is away; return why it is not known yet. */
function useCookie(isUnknown: boolean): Problem | null {
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    if (!isUnknown) return undefined;
    const ask = (): void => { renew().catch((error: unknown) => { setProblem(asProblem(error)); }); };
    ask();
    const timer = setInterval(ask, ASK_AGAIN_MS);
    return () => { clearInterval(timer); setProblem(null); };
  }, [isUnknown]);
  return problem;
}

/** Speak the account's language until somebody chooses another one on this machine. */
function useOwnLanguage(locale: "ko" | "en" | null): void {
  const { language, choose } = useLanguage();
  useEffect(() => {
    if (locale !== null && locale !== language && !wasChosen()) choose(locale);
  }, [locale]); // eslint-disable-line react-hooks/exhaustive-deps -- only when somebody signs in
}
