/** The secret of a station, shown once: whoever sets the PC up types or copies it now. */

import { Copy } from "lucide-react";
import { useTranslations } from "use-intl";

import { Button } from "../../parts/Button";
import { Actions, Dialog } from "../../parts/Dialog";

type Props = { readonly code: string; readonly secret: string; readonly onClose: () => void };

export function SecretDialog({ code, secret, onClose }: Props) {
  const t = useTranslations();
  return (
    <Dialog title={t("stations.secret_title", { code })} onClose={onClose}>
      <p>{t("stations.secret_once")}</p>
      <p><code className="secret">{secret}</code></p>
      <Actions>
        <CopyButton text={secret} />
        <Button kind="primary" onPress={onClose}>{t("stations.secret_noted")}</Button>
      </Actions>
    </Dialog>
  );
}

/** The clipboard is there over HTTPS and on this machine only; elsewhere the text is selected by hand. */
function CopyButton({ text }: { readonly text: string }) {
  const t = useTranslations("stations");
  if (!("clipboard" in navigator)) return null;
  return <Button icon={<Copy size={16} aria-hidden />} onPress={() => void navigator.clipboard.writeText(text)}>{t("copy")}</Button>;
}
