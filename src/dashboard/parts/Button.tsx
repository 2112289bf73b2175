/** What is pressed: a button, or a link that looks like one. One `primary` per view at most. */

import { Link, type LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components";

import "./button.css";

type Kind = "primary" | "plain" | "quiet" | "danger";
type ButtonProps = Omit<AriaButtonProps, "className" | "children"> & {
  readonly kind?: Kind;
  readonly icon?: ReactNode;
  readonly children?: ReactNode;
};

export function Button({ kind = "plain", icon, children, ...rest }: ButtonProps) {
  return (
    <AriaButton {...rest} className={`button button-${kind}${children === undefined ? " button-icon" : ""}`}>
      {icon}
      {children}
    </AriaButton>
  );
}

type ButtonLinkProps = LinkProps & { readonly kind?: Kind; readonly icon?: ReactNode; readonly children?: ReactNode };

export function ButtonLink({ kind = "plain", icon, children, ...rest }: ButtonLinkProps) {
  return (
    <Link {...rest} className={`button button-${kind}`}>
      {icon}
      {children}
    </Link>
  );
}
