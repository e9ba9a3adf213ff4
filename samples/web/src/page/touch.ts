/** A telephone has no Shift+Enter, and covers half of the page with its keyboard as soon as a field has the focus. */
export const isTouch = (): boolean => matchMedia("(pointer: coarse)").matches;
