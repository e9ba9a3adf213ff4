import type { ComponentChildren } from "preact";

const icon = (children: ComponentChildren) => (
  <svg viewBox="0 0 24 24" width="22" height="22" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
    {children}
  </svg>
);

export const BackIcon = () => icon(<path d="M15 5l-7 7 7 7" />);

export const SendIcon = () => icon(<path d="M4 12h14M12 5l7 7-7 7" />);

export const DownIcon = () => icon(<path d="M12 5v14M5 12l7 7 7-7" />);

export const LeaveIcon = () => icon(<path d="M14 4H6a1 1 0 00-1 1v14a1 1 0 001 1h8M10 12h10M16 8l4 4-4 4" />);

export const CloseIcon = () => icon(<path d="M6 6l12 12M18 6L6 18" />);

export const GearIcon = () =>
  icon(
    <>
      <path d="M4 7h9M17 7h3M4 17h3M11 17h9" />
      <circle cx="15" cy="7" r="2" />
      <circle cx="9" cy="17" r="2" />
    </>,
  );

export const TalkIcon = () => icon(<path d="M4 5h16a1 1 0 011 1v10a1 1 0 01-1 1h-9l-5 4v-4H4a1 1 0 01-1-1V6a1 1 0 011-1z" />);
