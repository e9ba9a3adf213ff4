import { initialsOf, tintOf } from "./names";

/** A name as letters on a colour of its own. */
export const Avatar = ({ name, small = false }: { readonly name: string; readonly small?: boolean }) => (
  <span class={small ? "avatar small" : "avatar"} data-tint={tintOf(name)} aria-hidden="true">
    {initialsOf(name)}
  </span>
);
