/** Returns whether the device has a touch screen. Its keyboard has no Shift+Enter, and covers half of the page when a field has the focus. */
export const isTouch = (): boolean => matchMedia("(pointer: coarse)").matches;
