/** The frame of every page: title, what it answers, what can be done; sections below. Sets the window's title. */

import { useEffect, type ReactNode } from "react";

import "./page.css";

type PageProps = {
  readonly title: string;
  readonly code?: boolean; // the title is a barcode
  readonly badge?: ReactNode;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
};

export function Page({ title, code = false, badge, lead, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · NeuroHub`;
  }, [title]);
  return (
    <main className="page" id="content" tabIndex={-1}>
      <header className="page-head">
        <div className="page-name">
          <h1 className={code ? "code" : undefined}>{title}</h1>
          {badge}
          {lead === undefined ? null : <p className="muted page-lead">{lead}</p>}
        </div>
        {actions === undefined ? null : <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </main>
  );
}

type SectionProps = {
  readonly title: string;
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
};

/** A titled panel of a page. */
export function Section({ title, note, actions, children }: SectionProps) {
  return (
    <section className="section">
      <header className="section-head">
        <h2>{title}</h2>
        {note === undefined ? null : <p className="muted small">{note}</p>}
        {actions === undefined ? null : <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
}

/** Name and value pairs. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className="facts">{children}</dl>;
}

export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Filters above a list. */
export function Filters({ children }: { readonly children: ReactNode }) {
  return <div className="filters">{children}</div>;
}
