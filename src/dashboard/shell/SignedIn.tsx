/**
 * Lets in who is signed in; asks the cookie first, then the person. Who was signed in until it expired signs in over
 * the page, which stays as it is: nothing that was typed is lost.
 */

import { useQueryClient } from "@tanstack/react-query";
import { Fragment, useEffect, useRef, useState, type ReactNode } from "react";
import { Dialog, Modal, ModalOverlay } from "react-aria-components";
import { useTranslations } from "use-intl";

import { asProblem, type Problem } from "../api/problem";
import { renew, useSession, type Session } from "../api/session";
import { SignInPage } from "../pages/sign_in/SignInPage";
import { useLanguage, wasChosen } from "../text/language";

const ASK_AGAIN_MS = 3_000;

export function SignedIn({ children }: { readonly children: ReactNode }) {
  const session = useSession();
  const away = useCookie(session.is === "unknown");
  const person = "person" in session ? session.person : null;
  useOwnLanguage(person?.locale ?? null);
  useReadAgain(session.is);
  if (session.is === "unknown" && away === null) return null; // some milliseconds
  if (person === null) return <SignInPage problem={away} expired={false} />;
  const isOver = session.is === "expired";
  return (
    <>
      <Fragment key={person.username}>{children}</Fragment>
      {isOver ? <SignInAgain /> : null}
    </>
  );
}

/** Over everything, an open dialog too; it goes by signing in alone. */
function SignInAgain() {
  const t = useTranslations("sign_in");
  return (
    <ModalOverlay isOpen isKeyboardDismissDisabled className="sign-in-over">
      <Modal><Dialog aria-label={t("title")}><SignInPage problem={null} expired /></Dialog></Modal>
    </ModalOverlay>
  );
}

/** What was refused while the sign-in had expired is read again after it. */
function useReadAgain(is: Session["is"]): void {
  const reads = useQueryClient();
  const before = useRef(is);
  useEffect(() => {
    if (before.current === "expired" && is === "in") void reads.invalidateQueries();
    before.current = is;
  }, [is, reads]);
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
