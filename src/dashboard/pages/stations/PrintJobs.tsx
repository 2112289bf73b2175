/** Print jobs, newest first: what waits, what nobody knows of, what failed; and what a manager does about it. */

import { useState } from "react";
import { useTranslations } from "use-intl";

import { answer, api, http, type Views } from "../../api/client";
import { PAGED } from "../../api/listed";
import { useCommand } from "../../api/command";
import { Badge, type Tone } from "../../parts/Badge";
import { Button } from "../../parts/Button";
import { Choice } from "../../parts/Field";
import { Loaded } from "../../parts/Loaded";
import { Section } from "../../parts/Page";
import { ProblemNote } from "../../parts/Problem";
import { More, Table, type Column } from "../../parts/Table";
import { When } from "../../parts/When";
import { useLine } from "../../shell/line";
import { ReprintDialog } from "./ReprintDialog";

type Job = Views["PrintJobView"];
type Status = Views["JobStatus"];

const STATUSES = ["queued", "sent", "printed", "verified", "failed", "unknown", "void"] as const satisfies readonly Status[];
const TONES: Record<Status, Tone> = {
  queued: "idle", sent: "work", printed: "good", verified: "good", failed: "bad", unknown: "warn", void: "idle",
};
const AGAIN_MS = 10_000;
const ALL = "all";

export function PrintJobs() {
  const t = useTranslations("jobs");
  const [status, show] = useState<Status | typeof ALL>(ALL);
  const [again, reprint] = useState<Job | null>(null);
  const list = useJobs(status === ALL ? null : status);
  const report = useReport();
  const columns = useColumns((job, told) => { report.mutate({ id: job.id, status: told }); }, reprint);
  const options = [{ key: ALL, text: t("all") }, ...STATUSES.map((each) => ({ key: each, text: t(`statuses.${each}`) }))];
  return (
    <Section title={t("title")} note={t("note")} actions={<Choice label={t("status")} options={options} value={status} onChange={(key) => { show(key as Status); }} />}>
      <ProblemNote error={report.error} />
      <Loaded query={list}>
        {({ pages }) => <Table label={t("title")} columns={columns} rows={pages.flatMap((page) => page.items)} rowKey={(each) => each.id} empty={t("empty")} />}
      </Loaded>
      <More hasMore={list.hasNextPage} isLoading={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />
      {again === null ? null : <ReprintDialog job={again} onClose={() => { reprint(null); }} />}
    </Section>
  );
}

function useJobs(status: Status | null) {
  const line = useLine();
  const query = { limit: 20, ...(status === null ? {} : { status }), ...(line === null ? {} : { line }) };
  return api.useInfiniteQuery("get", "/api/v1/print-jobs", { params: { query } }, { ...PAGED, refetchInterval: AGAIN_MS });
}

function useReport() {
  return useCommand(
    ({ id, status }: { id: number; status: Status }) =>
      answer(http.POST("/api/v1/print-jobs/{number}/result", { params: { path: { number: id } }, body: { status, detail: "" } })),
    ["/api/v1/print-jobs"],
  );
}

function useColumns(report: (job: Job, status: Status) => void, reprint: (job: Job) => void): readonly Column<Job>[] {
  const t = useTranslations("jobs");
  return [
    { id: "label", title: t("label"), cell: (job) => <><span className="code">{job.code}</span><p className="muted small">{t(`kinds.${job.kind}`)}{job.is_reprint ? ` · ${t("reprint_of", { reason: job.reason ?? "" })}` : ""}</p></> },
    { id: "printer", title: t("printer"), cell: (job) => <>{job.printer ?? t("any_printer")}<p className="muted small">{job.claimed_by ?? job.station}</p></> },
    { id: "status", title: t("status"), cell: (job) => <><Badge tone={TONES[job.status]}>{t(`statuses.${job.status}`)}</Badge>{job.detail === "" ? null : <p className="muted small">{job.detail}</p>}</> },
    { id: "by", title: t("by"), cell: (job) => job.requested_by },
    { id: "created", title: t("created"), cell: (job) => <When at={job.created_at} /> },
    { id: "changed", title: t("changed"), cell: (job) => <When at={job.changed_at} /> },
    { id: "do", title: t("do"), cell: (job) => <Ways job={job} report={report} reprint={reprint} /> },
  ];
}

type WaysProps = { readonly job: Job; readonly report: (job: Job, status: Status) => void; readonly reprint: (job: Job) => void };

/** What can be done about a job: what nobody knows is settled by looking, never printed again by itself. */
function Ways({ job, report, reprint }: WaysProps) {
  const t = useTranslations("jobs");
  if (job.status === "queued") return <Button aria-label={t("void_of", { code: job.code })} onPress={() => { report(job, "void"); }}>{t("void")}</Button>;
  if (job.status === "unknown") {
    return (
      <div className="page-actions">
        <Button aria-label={t("came_of", { code: job.code })} onPress={() => { report(job, "printed"); }}>{t("came")}</Button>
        <Button aria-label={t("came_not_of", { code: job.code })} onPress={() => { report(job, "failed"); }}>{t("came_not")}</Button>
      </div>
    );
  }
  if (job.status === "sent" || job.status === "void") return null;
  return <Button aria-label={t("again_of", { code: job.code })} onPress={() => { reprint(job); }}>{t("again")}</Button>;
}
