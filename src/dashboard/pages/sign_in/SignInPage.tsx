/** Signing in: name and password. Stations do not sign in here. */

import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";

import type { Problem } from "../../api/problem";
import { signIn } from "../../api/session";
import { Button } from "../../parts/Button";
import { TextInput } from "../../parts/Field";
import { ProblemNote } from "../../parts/Problem";
import { LANGUAGES, useLanguage } from "../../text/language";
import "./sign_in.css";

type Props = { readonly problem: Problem | null; readonly expired: boolean };

export function SignInPage({ problem, expired }: Props) {
  const t = useTranslations("sign_in");
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const enter = useMutation({ mutationFn: () => signIn(username, password) });
  useEffect(() => {
    document.title = `${t("title")} · NeuroHub`;
  }, [t]);
  return (
    <main className="sign-in">
      <form className="sign-in-form" onSubmit={(event) => { event.preventDefault(); enter.mutate(); }}>
        <h1 className="sign-in-name"><img src="/icon.svg" alt="" width="36" height="36" />NeuroHub</h1>
        <p className="muted">{expired ? t("expired") : t("lead")}</p>
        <ProblemNote error={enter.error ?? problem} />
        <TextInput label={t("username")} name="username" autoComplete="username" autoFocus isRequired maxLength={40} value={username} onChange={setUsername} />
        <TextInput label={t("password")} name="password" type="password" autoComplete="current-password" isRequired maxLength={128} value={password} onChange={setPassword} />
        <Button type="submit" kind="primary" isPending={enter.isPending}>{t("enter")}</Button>
        <Languages />
      </form>
    </main>
  );
}

function Languages() {
  const t = useTranslations("account");
  const { language, choose } = useLanguage();
  return (
    <div className="sign-in-languages" role="group" aria-label={t("language")}>
      {LANGUAGES.map((each) => (
        <Button key={each} kind="quiet" aria-pressed={each === language} onPress={() => { choose(each); }}>
          {t(`languages.${each}`)}
        </Button>
      ))}
    </div>
  );
}
