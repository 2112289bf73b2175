/** A refusal in words: what happened and what to do. The codes' words are in `text`, under `problem`. */

import { TriangleAlert } from "lucide-react";
import { useTranslations } from "use-intl";

import { asProblem, type Problem } from "../api/problem";
import "./problem.css";

type NoteProps = { readonly error: unknown; readonly todo?: Readonly<Record<string, string>> };

/** Say why something was refused; nothing when it was not. A bug is thrown to the page's edge. `todo` knows better for some codes. */
export function ProblemNote({ error, todo: better = {} }: NoteProps) {
  const words = useProblemWords();
  if (error === null || error === undefined) return null;
  const problem = asProblem(error);
  const { what, todo } = words(problem);
  return (
    <div className="problem" role="alert">
      <TriangleAlert size={20} aria-hidden />
      <div>
        <strong>{what}</strong>
        <p>{better[problem.code] ?? todo}</p>
        <p className="problem-detail">
          <code>{problem.code}</code> {problem.detail}
        </p>
      </div>
    </div>
  );
}

/** Return how to say a problem in the language that is shown. */
export function useProblemWords(): (problem: Problem) => { what: string; todo: string } {
  const t = useTranslations("problem");
  return ({ code }) => {
    const known = (t.has(`${code}.what` as "INTERNAL.what") ? code : "INTERNAL") as "INTERNAL";
    return { what: t(`${known}.what`), todo: t(`${known}.todo`) };
  };
}
