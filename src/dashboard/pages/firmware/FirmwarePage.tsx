/** Firmware: which version each model gets at process 4, and every one before it. */

import { Upload } from "lucide-react";
import { useState } from "react";
import { useFormatter, useTranslations } from "use-intl";

import { api, type Views } from "../../api/client";
import { PAGED } from "../../api/listed";
import { useMay } from "../../api/roles";
import { Badge } from "../../parts/Badge";
import { Button } from "../../parts/Button";
import { Loaded } from "../../parts/Loaded";
import { Page, Section } from "../../parts/Page";
import { More, Table, type Column } from "../../parts/Table";
import { When } from "../../parts/When";
import { Download } from "./Download";
import { ReleaseDialog } from "./ReleaseDialog";
import { newestOf } from "./versions";

type Firmware = Views["FirmwareView"];

export function FirmwarePage() {
  const t = useTranslations("firmware");
  const mayRelease = useMay("admin");
  const [releases, release] = useState(false);
  const list = useFirmware();
  const columns = useColumns(newestOf(list.data?.pages.flatMap((page) => page.items) ?? []));
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={mayRelease ? <Button icon={<Upload size={18} aria-hidden />} onPress={() => { release(true); }}>{t("release")}</Button> : undefined}
    >
      <Section title={t("list")}>
        <Loaded query={list}>
          {({ pages }) => <Table label={t("list")} columns={columns} rows={pages.flatMap((page) => page.items)} rowKey={keyOf} empty={t("empty")} />}
        </Loaded>
        <More hasMore={list.hasNextPage} isLoading={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />
      </Section>
      {releases ? <ReleaseDialog onClose={() => { release(false); }} /> : null}
    </Page>
  );
}

function useFirmware() {
  return api.useInfiniteQuery("get", "/api/v1/firmware", { params: { query: {} } }, PAGED);
}

function keyOf({ model, version }: Firmware): string {
  return `${model} ${version}`;
}

function useColumns(newest: ReadonlySet<Firmware>): readonly Column<Firmware>[] {
  const t = useTranslations("firmware");
  const format = useFormatter();
  return [
    { id: "model", title: t("model"), cell: ({ model }) => <strong>{model}</strong> },
    { id: "version", title: t("version"), cell: (each) => <><span className="code">{each.version}</span> {newest.has(each) ? <Badge tone="good">{t("in_use")}</Badge> : null}</> },
    { id: "released", title: t("released"), cell: ({ released_at }) => <When at={released_at} /> },
    { id: "size", title: t("size"), isNumber: true, cell: ({ size_bytes }) => t("size_of", { kib: format.number(size_bytes / 1024, { maximumFractionDigits: 1 }) }) },
    { id: "sha256", title: "SHA-256", cell: ({ sha256 }) => <code className="small" title={sha256}>{sha256.slice(0, 16)}…</code> },
    { id: "image", title: t("image"), cell: (each) => <Download firmware={each} /> },
  ];
}
