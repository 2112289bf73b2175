/** People: who may sign in, as what, on which line, and who carries a badge. */

import { IdCard, Pencil, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";

import { api, type Views } from "../../api/client";
import { PAGED } from "../../api/listed";
import { useMay } from "../../api/roles";
import { Badge } from "../../parts/Badge";
import { Button } from "../../parts/Button";
import { Loaded } from "../../parts/Loaded";
import { Page, Section } from "../../parts/Page";
import { More, Table, type Column } from "../../parts/Table";
import { When } from "../../parts/When";
import { PersonDialog } from "./PersonDialog";

type Person = Views["UserView"];

export function PeoplePage() {
  const t = useTranslations("people");
  const mayChange = useMay("admin");
  const [changed, change] = useState<Person | "new" | null>(null);
  const list = usePeople();
  const columns = useColumns(mayChange ? change : null);
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={mayChange ? <Button icon={<Plus size={18} aria-hidden />} onPress={() => { change("new"); }}>{t("add")}</Button> : undefined}
    >
      <Section title={t("list")}>
        <Loaded query={list}>
          {({ pages }) => <Table label={t("list")} columns={columns} rows={pages.flatMap((page) => page.items)} rowKey={(each) => each.username} empty={t("empty")} />}
        </Loaded>
        <More hasMore={list.hasNextPage} isLoading={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />
      </Section>
      {changed === null ? null : <PersonDialog person={changed === "new" ? null : changed} onClose={() => { change(null); }} />}
    </Page>
  );
}

function usePeople() {
  return api.useInfiniteQuery("get", "/api/v1/users", { params: { query: {} } }, PAGED);
}

function useColumns(change: ((person: Person) => void) | null): readonly Column<Person>[] {
  const t = useTranslations();
  const columns: Column<Person>[] = [
    { id: "name", title: t("people.name"), cell: (each) => <><strong>{each.name}</strong><p className="muted small">{each.username}</p></> },
    { id: "role", title: t("people.role"), cell: ({ role }) => t(`account.role.${role}`) },
    { id: "line", title: t("people.line"), cell: ({ line }) => line ?? "–" },
    { id: "language", title: t("people.language"), cell: ({ locale }) => t(`account.languages.${locale}`) },
    { id: "badge", title: t("people.badge"), cell: ({ has_badge }) => (has_badge ? <Badge tone="idle" icon={<IdCard size={14} aria-hidden />}>{t("people.has_badge")}</Badge> : <span className="muted">–</span>) },
    { id: "active", title: t("people.state"), cell: ({ active }) => <Badge tone={active ? "good" : "idle"}>{t(active ? "people.active" : "people.inactive")}</Badge> },
    { id: "since", title: t("people.since"), cell: ({ created_at }) => <When at={created_at} /> },
  ];
  if (change === null) return columns;
  const pencil = <Pencil size={16} aria-hidden />;
  return [...columns, { id: "change", title: t("people.do"), isNumber: true, cell: (each) => <Button kind="quiet" icon={pencil} aria-label={t("people.change", { name: each.name })} onPress={() => { change(each); }} /> }];
}
