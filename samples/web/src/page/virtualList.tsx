import { Component, type ComponentChild, createRef } from "preact";

export interface Row {
  readonly key: string;
  /** Estimated height in pixels, until the row has been shown. */
  readonly estimate: number;
  readonly content: () => ComponentChild;
}

interface Props {
  readonly id: string;
  readonly label: string;
  readonly rows: readonly Row[];
  /** A new value scrolls the list to its end. */
  readonly toEnd: unknown;
  /** Called when the first row is near. */
  readonly onNearStart: () => void;
  readonly onAtEnd: (atEnd: boolean) => void;
}

const AT_END = 48;
const NEAR_START = 1200;
const OVERSCAN = 800;

/**
 * A list of rows of unequal heights. The document contains only the rows in or near sight. The first row in sight is the anchor: it stays in position
 * when rows are added before it, or are higher than estimated. A list at its end stays at its end.
 */
export class VirtualList extends Component<Props> {
  private readonly scroller = createRef<HTMLDivElement>();
  private readonly frame = createRef<HTMLDivElement>();
  private readonly heights = new Map<string, number>();
  private observer: ResizeObserver | undefined;
  private anchor: { readonly key: string; readonly below: number } | null = null;
  private atEnd = true;
  private scrollTop = 0;
  private width = 0;
  private first = 0;
  private last = 0;

  override componentDidMount(): void {
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(this.scroller.current!);
    this.observer.observe(this.frame.current!);
    this.settle();
  }

  override componentWillUnmount(): void {
    this.observer?.disconnect();
  }

  override componentWillReceiveProps({ toEnd }: Props): void {
    this.follow();
    if (toEnd !== this.props.toEnd) this.setAtEnd(true);
  }

  override componentDidUpdate(): void {
    this.settle();
  }

  render({ id, label, rows }: Props) {
    const { first, last, before, after } = this.range();
    this.first = first;
    this.last = last;
    return (
      <div class="scroll" id={id} ref={this.scroller} tabIndex={0} role="region" aria-label={label} onScroll={this.scrolled}>
        <div class="rows" ref={this.frame} style={{ paddingTop: `${before}px`, paddingBottom: `${after}px` }}>
          {rows.slice(first, last).map((row) => (
            <div class="row" key={row.key} data-key={row.key}>
              {row.content()}
            </div>
          ))}
        </div>
      </div>
    );
  }

  private heightOf(row: Row): number {
    return this.heights.get(row.key) ?? row.estimate;
  }

  /** Returns the rows for the document, and the heights before and after them. */
  private range(): { first: number; last: number; before: number; after: number } {
    const { rows } = this.props;
    const height = this.scroller.current?.clientHeight ?? 800;
    const total = rows.reduce((sum, row) => sum + this.heightOf(row), 0);
    const top = this.atEnd || !this.anchor ? total - height : this.topOf(this.anchor);
    let [first, before] = [0, 0];
    while (first < rows.length && before + this.heightOf(rows[first]!) < top - OVERSCAN) before += this.heightOf(rows[first++]!);
    let [last, bottom] = [first, before];
    while (last < rows.length && bottom < top + height + OVERSCAN) bottom += this.heightOf(rows[last++]!);
    return { first, last, before, after: total - bottom };
  }

  private topOf({ key, below }: { readonly key: string; readonly below: number }): number {
    let top = 0;
    for (const row of this.props.rows) {
      if (row.key === key) return top + below;
      top += this.heightOf(row);
    }
    return top;
  }

  // The browser scrolls before the scroll event: rows that are added in between must not undo it.
  private follow(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller.current!;
    if (scrollTop === this.scrollTop) return;
    this.scrollTop = scrollTop;
    this.setAtEnd(scrollHeight - scrollTop - clientHeight < AT_END);
    this.takeAnchor(scrollTop);
  }

  private readonly scrolled = (): void => {
    this.follow();
    const { first, last } = this.range();
    if (first !== this.first || last !== this.last) this.forceUpdate();
    else this.look();
  };

  private setAtEnd(atEnd: boolean): void {
    if (this.atEnd === atEnd) return;
    this.atEnd = atEnd;
    this.props.onAtEnd(atEnd);
  }

  private takeAnchor(scrollTop: number): void {
    let top = 0;
    for (const row of this.props.rows) {
      const height = this.heightOf(row);
      if (top + height > scrollTop) {
        this.anchor = { key: row.key, below: scrollTop - top };
        return;
      }
      top += height;
    }
  }

  private resized(): void {
    const { clientWidth } = this.scroller.current!;
    this.follow();
    if (clientWidth !== this.width) this.heights.clear();
    this.width = clientWidth;
    this.settle();
    const { first, last } = this.range();
    if (first < this.first || last > this.last) this.forceUpdate();
  }

  /** Measures the rows in the document, and moves the anchor back to its position. */
  private settle(): void {
    const scroller = this.scroller.current!;
    for (const shown of this.frame.current!.children) this.heights.set((shown as HTMLElement).dataset["key"]!, shown.getBoundingClientRect().height);
    const top = this.atEnd || !this.anchor ? scroller.scrollHeight - scroller.clientHeight : this.topOf(this.anchor);
    if (Math.abs(scroller.scrollTop - top) >= 1) scroller.scrollTop = top;
    // The browser may round the value.
    this.scrollTop = scroller.scrollTop;
    this.look();
  }

  private look(): void {
    if (this.scroller.current!.scrollTop < NEAR_START) this.props.onNearStart();
  }
}
