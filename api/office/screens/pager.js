// A list that grows page by page, in place.
import { fill, h } from "../dom.js";
import { moreButton } from "../parts.js";

/**
 * @template T
 * @param {{ items: T[], nextCursor: string | null }} first
 * @param {(cursor: string) => Promise<{ items: T[], nextCursor: string | null }>} next
 * @param {(items: T[]) => Node} show
 */
export function pager(first, next, show) {
  const made = h("div", null);
  let items = first.items;
  /** @param {string | null} cursor */
  const put = (cursor) => fill(made, show(items), moreButton(cursor, async (after) => {
    const page = await next(after);
    items = [...items, ...page.items];
    put(page.nextCursor);
  }));
  put(first.nextCursor);
  return made;
}
