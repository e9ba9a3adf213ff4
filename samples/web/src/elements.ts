/** An element of the page that is there by its markup. */
export function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`The page has no ${type.name} #${id}.`);
  return found;
}

/** A copy of a template's one element. */
export function copyOf(id: string): HTMLElement {
  const copy = element(id, HTMLTemplateElement).content.firstElementChild?.cloneNode(true);
  if (!(copy instanceof HTMLElement)) throw new Error(`The template #${id} is empty.`);
  return copy;
}

/** A part of an element that is there by its markup. */
export function part(parent: HTMLElement, selector: string): HTMLElement {
  const found = parent.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`There is no ${selector}.`);
  return found;
}

const TINTS = 8;

/** Shows a name as a letter on a colour that is always the same for that name. */
export function paintAvatar(avatar: HTMLElement, name: string): void {
  let hash = 0;
  for (const letter of name) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 65_521;
  avatar.textContent = ([...name][0] ?? "").toLocaleUpperCase();
  avatar.dataset["tint"] = String(hash % TINTS);
}
