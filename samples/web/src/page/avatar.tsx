import { initialsOf, tintOf } from "./names";

/** A name's initials on the name's colour. */
export const Avatar = ({ name, small = false }: { readonly name: string; readonly small?: boolean }) => (
  <span class={small ? "avatar small" : "avatar"} data-tint={tintOf(name)} aria-hidden="true">
    {initialsOf(name)}
  </span>
);
