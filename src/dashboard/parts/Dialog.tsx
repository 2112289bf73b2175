/** A question over the page: title, content, buttons. Escape and a press beside it leave it. */

import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useTranslations } from "use-intl";

import { Button } from "./Button";
import "./dialog.css";

type DialogProps = {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly wide?: boolean;
};

/** Shown while it is rendered: keep `open` in the page and render it or not. */
export function Dialog({ title, onClose, children, wide = false }: DialogProps) {
  const t = useTranslations("common");
  return (
    <ModalOverlay isOpen isDismissable className="dialog-shade" onOpenChange={(open) => { if (!open) onClose(); }}>
      <Modal className={wide ? "dialog dialog-wide" : "dialog"}>
        <AriaDialog className="dialog-body">
          <header className="dialog-head">
            <Heading slot="title">{title}</Heading>
            <Button kind="quiet" aria-label={t("close")} icon={<X size={20} aria-hidden />} onPress={onClose} />
          </header>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** The row of buttons at the foot of a dialog or form. */
export function Actions({ children }: { readonly children: ReactNode }) {
  return <div className="dialog-actions">{children}</div>;
}
