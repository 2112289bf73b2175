/** An image to keep: fetched with the token, which a plain link could not carry. */

import { useMutation } from "@tanstack/react-query";
import { Download as Sign } from "lucide-react";
import { useTranslations } from "use-intl";

import { send, type Views } from "../../api/client";
import { Button } from "../../parts/Button";
import { ProblemNote } from "../../parts/Problem";

export function Download({ firmware }: { readonly firmware: Views["FirmwareView"] }) {
  const t = useTranslations("firmware");
  const name = `${firmware.model}-${firmware.version}.bin`;
  const fetched = useMutation({
    mutationFn: async () => (await send(new Request(firmware.download_url))).blob(),
    onSuccess: (image) => { keep(image, name); },
  });
  return (
    <>
      <Button kind="quiet" icon={<Sign size={16} aria-hidden />} aria-label={t("download", { name })} isPending={fetched.isPending} onPress={() => { fetched.mutate(); }} />
      <ProblemNote error={fetched.error} />
    </>
  );
}

function keep(image: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(image);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
